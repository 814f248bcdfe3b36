import * as vscode from 'vscode';

/** The part of the editor's git extension that is needed here. */
interface GitExtension {
  getAPI(version: 1): { getRepository(uri: vscode.Uri): Repository | null };
}
interface Repository {
  readonly state: {
    readonly workingTreeChanges: readonly unknown[];
    readonly indexChanges: readonly unknown[];
    readonly untrackedChanges?: readonly unknown[];
  };
  status(): Promise<void>;
}

/** How many files of a folder have uncommitted changes; null when the editor cannot tell. */
export async function uncommitted(folder: string): Promise<number | null> {
  try {
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    const git = extension?.isActive === false ? await extension.activate() : extension?.exports;
    const repository = git?.getAPI(1).getRepository(vscode.Uri.file(folder));
    if (repository === null || repository === undefined) return null;
    await repository.status();
    const { workingTreeChanges, indexChanges, untrackedChanges = [] } = repository.state;
    return workingTreeChanges.length + indexChanges.length + untrackedChanges.length;
  } catch {
    // Switched off, too old, or git itself is missing: then we ask.
    return null;
  }
}
