import type { ActionOf } from '#protocol/action';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import { readInside } from './openInside.ts';
import { readText } from './text.ts';
import { done, failed, type ToolResult, type Workspace } from './workspace.ts';

/** The most that one read gives: what is longer is read in windows of lines. */
const limitBytes = 256 * 1024;

/** The text of a file, or of some of its lines. Notes about what was left out stand in brackets at the end. */
export function readFile(permit: Permit<ActionOf<'file_read'>>, workspace: Workspace): ToolResult {
  invariant(isPermit(permit, 'file_read'), 'a file is read only with a permit for it');
  const { path, fromLine = 1, toLine } = permit.action;
  const opened = readInside(workspace, path, (fd, stats) => ({ content: readText(fd, stats), bytes: stats.size }));
  if (opened.kind === 'failed') return opened;
  const { content, bytes } = opened.value;
  if (content.kind === 'binary') return failed(`${path} is a binary file of ${bytes} bytes; it cannot be read as text`);
  if (content.kind === 'large')
    return failed(`${path} is too large (${bytes} bytes); search it with search_files, or cut it with a command`);
  if (content.text === '') return done('[the file is empty]');

  const lines = content.text.split('\n');
  // A line feed at the end closes the last line and starts no other.
  const count = content.text.endsWith('\n') ? lines.length - 1 : lines.length;
  const last = Math.min(toLine ?? count, count);
  if (fromLine > count) return failed(`${path} has ${count} lines; there is no line ${fromLine}`);
  if (last < fromLine) return failed(`to_line (${toLine}) comes before from_line (${fromLine})`);
  const isWhole = fromLine === 1 && last === count;
  const window = isWhole ? content.text : lines.slice(fromLine - 1, last).join('\n');
  const text = cutToLimit(window);

  const notes: string[] = [];
  if (!isWhole) notes.push(`lines ${fromLine}–${last} of ${count}`);
  if (text.length < window.length) {
    const shown = text.split('\n').length;
    notes.push(`cut at ${limitBytes / 1024} KiB, in line ${fromLine + shown - 1} of ${count}; read on with from_line`);
  }
  if (!content.isValid) notes.push('some bytes are not valid UTF-8 and are shown as \uFFFD');
  return done(notes.length === 0 ? text : `${text}${text.endsWith('\n') ? '' : '\n'}[${notes.join('; ')}]`);
}

function cutToLimit(text: string): string {
  if (Buffer.byteLength(text) <= limitBytes) return text;
  const cut = Buffer.from(text).subarray(0, limitBytes).toString('utf8');
  // A character in two parts at the cut is left out.
  return cut.endsWith('\uFFFD') ? cut.replace(/\uFFFD+$/, '') : cut;
}
