import type { ActionOf } from '#protocol/action';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import { inParent, readIn } from './openInside.ts';
import { replaceFile } from './replaceFile.ts';
import { readText } from './text.ts';
import { done, failed, type ToolResult, type Workspace } from './workspace.ts';

/** Replaces a text in a file: where it stands exactly once, or everywhere with `all`. */
export function editFile(permit: Permit<ActionOf<'file_edit'>>, workspace: Workspace): ToolResult {
  invariant(isPermit(permit, 'file_edit'), 'a file is edited only with a permit for it');
  const { path, oldText, newText, all = false } = permit.action;
  const used = inParent(workspace, path, { create: false }, (folder, name): ToolResult => {
    const content = readIn(folder, name, readText);
    if (content === null) return failed(`${path} is a folder or a special file, not a text file`);
    if (content.kind === 'binary') return failed(`${path} is a binary file; it cannot be edited as text`);
    if (content.kind === 'large') return failed(`${path} is too large to be edited; use a command`);
    if (!content.isValid) return failed(`${path} is not valid UTF-8; editing it would damage it`);
    const { text } = content;
    const count = countOf(text, oldText);
    if (count === 0) return failed(`old_text was not found in ${path}${hint(text, oldText)}`);
    if (count > 1 && !all) {
      return failed(
        `old_text stands ${count} times in ${path} (lines ${linesOf(text, oldText)}); make it longer so that it is unique, or set all`,
      );
    }
    if (oldText === newText) return failed('old_text and new_text are the same; nothing was changed');
    // Not `replace` with a text, in which `$&` and the like have a meaning.
    const edited = all ? text.split(oldText).join(newText) : text.replace(oldText, () => newText);
    if (replaceFile(folder, name, edited) === 'not_a_file')
      return failed(`${path} is a link; edit the real path of the file`);
    return done(`edited ${path} (${count} ${count === 1 ? 'place' : 'places'})`);
  });
  return used.kind === 'failed' ? used : used.value;
}

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

function linesOf(text: string, part: string): string {
  const lines: number[] = [];
  for (let at = text.indexOf(part); at !== -1 && lines.length < 5; at = text.indexOf(part, at + part.length)) {
    lines.push(text.slice(0, at).split('\n').length);
  }
  return lines.join(', ');
}

/** Why a text may not have been found though a model believes that it is there. */
function hint(text: string, part: string): string {
  if (text.includes('\r\n') && countOf(text, part.replaceAll(/\r?\n/g, '\r\n')) > 0) {
    return ': the file has line ends \\r\\n; write them so in old_text and new_text';
  }
  const loose = (value: string): string => value.replaceAll(/\s+/g, ' ').trim();
  if (loose(part) !== '' && loose(text).includes(loose(part))) {
    return ': it is there with other white space; read the file and copy it exactly';
  }
  const [first = ''] = part
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = first === '' ? -1 : text.split('\n').findIndex((candidate) => candidate.includes(first));
  return line === -1 ? '; read the file again' : `; its first line stands in line ${line + 1}, what follows differs`;
}
