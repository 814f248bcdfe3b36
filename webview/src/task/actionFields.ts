import type { Action } from '#protocol/action';

export type ActionField =
  /** A short one, such as a path. */
  | { readonly kind: 'line'; readonly name: string; readonly text: string }
  | { readonly kind: 'code'; readonly name: string; readonly text: string }
  | { readonly kind: 'diff'; readonly name: string; readonly oldText: string; readonly newText: string };

/** Every member of an action as it would be carried out: nothing of it is left out or shortened. */
export function actionFields(action: Action): readonly ActionField[] {
  switch (action.kind) {
    case 'command':
      return [
        code('Command', action.command),
        ...(action.cwd === undefined ? [] : [line('Folder', action.cwd)]),
        ...(action.env === undefined ? [] : [code('Environment', environment(action.env))]),
        ...(action.timeoutMs === undefined ? [] : [line('Time limit', `${action.timeoutMs / 1000} s`)]),
      ];
    case 'file_edit':
      return [
        line('File', action.path),
        { kind: 'diff', name: 'Change', oldText: action.oldText, newText: action.newText },
        ...(action.all === true ? [line('Where', 'every place where the old text occurs')] : []),
      ];
    case 'file_write':
      return [
        line('File', action.path),
        ...(action.content === ''
          ? [line('New content', 'nothing: the file becomes empty')]
          : [{ kind: 'diff', name: 'New content', oldText: '', newText: withoutLastLineEnd(action.content) } as const]),
      ];
    case 'mcp_call':
      return [
        line('Server', action.server),
        line('Tool', action.tool),
        code('Arguments', JSON.stringify(action.arguments, null, 2)),
      ];
    default:
      return Object.entries(action)
        .filter(([name]) => name !== 'kind')
        .map(([name, value]) => line(inWords(name), typeof value === 'string' ? value : JSON.stringify(value)));
  }
}

/** Files end with a line end; shown, it would look like an empty line more. */
function withoutLastLineEnd(content: string): string {
  return content.endsWith('\n') ? content.slice(0, -1) : content;
}

function environment(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/** A line field that turns out to be long is shown as code is. */
function line(name: string, value: string): ActionField {
  return value.length > 120 || value.includes('\n') ? code(name, value) : { kind: 'line', name, text: value };
}

function code(name: string, value: string): ActionField {
  return { kind: 'code', name, text: value };
}

/** `fromLine` becomes `From line`. */
function inWords(name: string): string {
  const spaced = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return `${spaced.charAt(0).toUpperCase()}${spaced.slice(1)}`;
}
