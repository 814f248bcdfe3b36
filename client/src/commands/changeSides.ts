import * as vscode from 'vscode';

const scheme = 'loki-change';

/** One side of what a task changed in a file: read-only, and named as the file is named in the project. */
export interface ChangeSides {
  /** `copy` is where the content is kept. */
  uriOf(side: { readonly path: string; readonly name: string; readonly copy: string }): vscode.Uri;
}

/** Serves the copies that the sidecar made, and nothing else: what it did not name in this window cannot be read. */
export function serveChangeSides(extension: vscode.ExtensionContext): ChangeSides {
  const copies = new Map<string, vscode.Uri>();
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const copyOf = (uri: vscode.Uri): vscode.Uri => {
    const copy = copies.get(uri.toString());
    if (copy === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return copy;
  };
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions('what a task changed can only be looked at');
  };
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => undefined),
    stat: async (uri) => ({
      ...(await vscode.workspace.fs.stat(copyOf(uri))),
      permissions: vscode.FilePermission.Readonly,
    }),
    readFile: async (uri) => await vscode.workspace.fs.readFile(copyOf(uri)),
    readDirectory: () => [],
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
  extension.subscriptions.push(
    changed,
    vscode.workspace.registerFileSystemProvider(scheme, provider, { isReadonly: true, isCaseSensitive: true }),
  );
  return {
    uriOf: ({ path, name, copy }) => {
      const uri = vscode.Uri.from({ scheme, authority: name, path: `/${path}`, query: copy });
      copies.set(uri.toString(), vscode.Uri.file(copy));
      return uri;
    },
  };
}
