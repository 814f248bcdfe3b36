import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActionOf } from '#protocol/action';
import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import { dependencyFolders } from '../base/dependencyFolders.ts';
import { holdBelow, holdPath, release, type HeldFolder } from '../sandbox/heldFolder.ts';
import { visibleEntries } from './listFiles.ts';
import { explain, locateReal, readIn, readInside } from './openInside.ts';
import { readText } from './text.ts';
import { done, type ToolResult, type Workspace } from './workspace.ts';

const maxMatches = 200;
const maxLineLength = 300;
const maxFileBytes = 2 * 1024 * 1024;
/** So many files are read before others get a turn. */
const filesPerTurn = 100;

/** The lines that contain a text, as `path:line: text`, in the order of paths. Hidden and binary files are passed over. */
export async function searchFiles(
  permit: Permit<ActionOf<'file_search'>>,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<ToolResult> {
  invariant(isPermit(permit, 'file_search'), 'files are searched only with a permit for it');
  const { path, text } = permit.action;
  const located = locateReal(workspace, path, 'folder');
  if (located.kind === 'failed') return located;
  const search: Search = { text, lines: [], passedOver: 0, files: 0 };

  let root: HeldFolder;
  try {
    root = holdPath(workspace.root, located.segments, { create: false });
  } catch (error) {
    const asFile = readInside(workspace, path, (fd, stats) => searchFile(search, fd, stats, located.relative));
    return asFile.kind === 'read' ? report(search, text) : explain(error, path);
  }
  try {
    await searchFolder(workspace, search, root, located.relative, signal);
  } finally {
    release(root);
  }
  return report(search, text);
}

interface Search {
  readonly text: string;
  readonly lines: string[];
  passedOver: number;
  files: number;
}

async function searchFolder(
  workspace: Workspace,
  search: Search,
  folder: HeldFolder,
  below: string,
  signal: AbortSignal,
): Promise<void> {
  for (const entry of visibleEntries(workspace, folder, below)) {
    if (search.lines.length > maxMatches) return;
    signal.throwIfAborted();
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    try {
      if (entry.isDirectory() && !dependencyFolders.has(entry.name)) {
        const next = holdBelow(folder, entry.name);
        try {
          await searchFolder(workspace, search, next, name, signal);
        } finally {
          release(next);
        }
      } else if (entry.isFile()) {
        if (++search.files % filesPerTurn === 0) await nextTurn();
        readIn(folder, entry.name, (fd, stats) => searchFile(search, fd, stats, name));
      }
    } catch (error) {
      // Gone meanwhile, turned into a link, or not readable: like a file that is not there.
      explain(error, name);
      signal.throwIfAborted();
    }
  }
}

function searchFile(search: Search, fd: number, stats: Parameters<typeof readText>[1], name: string): void {
  if (stats.size > maxFileBytes) {
    search.passedOver++;
    return;
  }
  const content = readText(fd, stats);
  if (content.kind !== 'text' || !content.text.includes(search.text)) return;
  for (const [index, line] of content.text.split('\n').entries()) {
    if (!line.includes(search.text)) continue;
    search.lines.push(`${name}:${index + 1}: ${shorten(line, search.text)}`);
    if (search.lines.length > maxMatches) return;
  }
}

function shorten(line: string, text: string): string {
  const trimmed = line.trimEnd();
  if (trimmed.length <= maxLineLength) return trimmed;
  const from = Math.max(0, trimmed.indexOf(text) - 60);
  return `${from > 0 ? '…' : ''}${trimmed.slice(from, from + maxLineLength)}…`;
}

function report(search: Search, text: string): ToolResult {
  const lines = search.lines.slice(0, maxMatches);
  if (lines.length === 0) lines.push(`[nothing contains ${JSON.stringify(text)}]`);
  if (search.lines.length > maxMatches)
    lines.push(`[cut after ${maxMatches} lines; search a folder below, or a longer text]`);
  if (search.passedOver > 0)
    lines.push(`[${search.passedOver} files above ${maxFileBytes / 1024 / 1024} MiB were not searched]`);
  return done(lines.join('\n'));
}
