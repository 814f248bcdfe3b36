import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';

// Loads and activates the built extension in a process of its own, with a stand-in for the editor that answers every call
// at once, and tells its parent how long the extension's own code took.

const stub: unknown = new Proxy(function stub() {}, {
  get: (_target, name) => (name === Symbol.toPrimitive ? () => '' : name === 'then' ? undefined : stub),
  apply: () => stub,
  construct: () => Object(stub) as object,
});
const names =
  'Disposable EventEmitter MarkdownString Position ProgressLocation Range Selection StatusBarAlignment TextEditorRevealType ' +
  'ThemeColor ThemeIcon TreeItem TreeItemCollapsibleState Uri ViewColumn commands extensions window';
// A bundle copies the members of what it requires, so they must be there by name.
const editor = {
  ...Object.fromEntries(names.split(' ').map((name) => [name, stub])),
  workspace: new Proxy(
    { isTrusted: true, workspaceFolders: undefined },
    { get: (own, key) => (key in own ? Reflect.get(own, key) : stub) as unknown },
  ),
};

const address = 'file:///vscode.cjs';
Object.defineProperty(globalThis, 'lokiBenchEditor', { value: editor });
// The editor gives its API to extensions the same way: as a module that is on no disk.
registerHooks({
  resolve: (name, context, next) =>
    name === 'vscode' ? { url: address, format: 'commonjs', shortCircuit: true } : next(name, context),
  load: (url, context, next) =>
    url === address
      ? { format: 'commonjs', source: 'module.exports = globalThis.lokiBenchEditor;', shortCircuit: true }
      : next(url, context),
});

const bundle = path.join(import.meta.dirname, '../../dist/extension.js');
const began = performance.now();
const extension = createRequire(import.meta.url)(bundle) as { activate(context: unknown): void };
const loadedMs = performance.now() - began;
extension.activate({ subscriptions: [], extensionUri: stub, globalState: { get: () => undefined }, secrets: stub });
const activatedMs = performance.now() - began;
process.send?.({ loadedMs, activatedMs }, () => process.exit(0));
