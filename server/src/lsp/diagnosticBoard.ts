import type { Diagnostic } from 'vscode-languageserver/node';

/** The diagnostics that are published now, from several sources that know nothing of one another. */
export interface DiagnosticBoard {
  /** Replaces everything that a source has on the board; files that it leaves are cleared. */
  put(source: string, files: ReadonlyMap<string, readonly Diagnostic[]>): void;
}

/** `publish` replaces all diagnostics of one file, by its URI. */
export function createDiagnosticBoard(
  publish: (uri: string, diagnostics: readonly Diagnostic[]) => void,
): DiagnosticBoard {
  const sources = new Map<string, ReadonlyMap<string, readonly Diagnostic[]>>();
  return {
    put: (source, files) => {
      const before = sources.get(source) ?? new Map<string, readonly Diagnostic[]>();
      sources.set(source, files);
      for (const uri of new Set([...before.keys(), ...files.keys()])) {
        if (JSON.stringify(before.get(uri) ?? []) === JSON.stringify(files.get(uri) ?? [])) continue;
        publish(
          uri,
          [...sources.values()].flatMap((other) => other.get(uri) ?? []),
        );
      }
    },
  };
}
