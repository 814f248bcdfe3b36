import type { LogOutputChannel } from 'vscode';

/**
 * The log for traces of messages: their names only. With the library's verbose trace switched on, what a message carries
 * would be written down, and one of them carries a provider's key.
 */
export function traceNames(log: LogOutputChannel): LogOutputChannel {
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'trace') return (text: string) => target.trace(nameOnly(text));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function nameOnly(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.startsWith('{') ? 'A message (what it carries is not logged)' : line;
}
