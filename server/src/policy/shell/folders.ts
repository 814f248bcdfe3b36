import type { SimpleCommand } from './simpleCommand.ts';

/**
 * The folders in which a command may run, relative to the workspace ('' is the workspace) or absolute. Several when a
 * `cd` may have failed; null when only the run can tell.
 */
export type Folders = readonly string[] | null;

/** Where a shell may be when a command succeeded, and when it failed. */
export interface Outcome {
  readonly success: Folders;
  readonly failure: Folders;
}

const maxFolders = 16;

/** A command that moves nothing, whether it succeeds or fails. */
export function stays(start: Folders): Outcome {
  return { success: start, failure: start };
}

/** Where the next command of a list runs: it runs whatever happened before. */
export function after(outcome: Outcome): Folders {
  return merge(outcome.success, outcome.failure);
}

export function merge(one: Folders, other: Folders): Folders {
  if (one === null || other === null) return null;
  const all = [...new Set([...one, ...other])].sort();
  return all.length > maxFolders ? null : all;
}

/** A path as it is seen from a folder; never normalised, because `..` after a link leads back from where the link leads. */
export function from(folder: string, path: string): string {
  if (path.startsWith('/') || folder === '') return path;
  return `${folder}/${path}`;
}

/** How a command moves the shell it runs in. */
export function folderChange(command: SimpleCommand, start: Folders): Outcome {
  const [name, ...args] = withoutPrefix(command.words);
  if (name === undefined) return stays(start);
  switch (name.text) {
    case 'cd': {
      const target = args.find((word) => !/^-[LPe@]+$|^--$/.test(word.text));
      const isKnown =
        target !== undefined &&
        !target.isDynamic &&
        !target.isGlob &&
        !target.isHome &&
        target.text !== '-' &&
        target.text !== '';
      if (!isKnown || start === null) return { success: null, failure: start };
      return { success: start.map((folder) => from(folder, target.text)), failure: start };
    }
    case 'pushd':
    case 'popd':
    case 'eval':
    case 'source':
    case '.':
    case 'trap':
      return stays(null);
    case 'exit':
    case 'return':
      // Nothing after it runs, as long as it is what it seems.
      return stays([]);
    default:
      return stays(name.isDynamic ? null : start);
  }
}

function withoutPrefix(words: SimpleCommand['words']): SimpleCommand['words'] {
  const first = words[0]?.text;
  return first === 'builtin' || first === 'command' ? words.slice(1) : words;
}
