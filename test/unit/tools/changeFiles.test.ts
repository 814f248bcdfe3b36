import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { deleteFile } from '../../../server/src/tools/deleteFile.ts';
import { editFile } from '../../../server/src/tools/editFile.ts';
import { readFile } from '../../../server/src/tools/readFile.ts';
import type { ToolResult } from '../../../server/src/tools/workspace.ts';
import { writeFile } from '../../../server/src/tools/writeFile.ts';
import { permitFor } from '../permitFor.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { workspaceOf } from './workspaceOf.ts';

const textOf = (result: ToolResult): string => (result.kind === 'done' ? result.text : `failed: ${result.reason}`);
const throughLink = (name: string): string =>
  `failed: the way to ${name} goes through a link or a file; name the real path of a folder instead`;

describe('write_file', () => {
  const write = (root: string, name: string, content = 'new\n'): string =>
    textOf(writeFile(permitFor({ kind: 'file_write', path: name, content }), workspaceOf(root, ['secrets'])));

  test('makes the file and the folders above it', async () => {
    const root = await temporaryFolder();
    expect(write(root, 'a/b/c.txt', 'ä\n')).toBe('wrote a/b/c.txt (3 bytes)');
    expect(readFileSync(path.join(root, 'a/b/c.txt'), 'utf8')).toBe('ä\n');
    expect(readdirSync(path.join(root, 'a/b'))).toEqual(['c.txt']);
  });

  test('replaces a file and keeps its mode', async () => {
    const root = await temporaryFolder({ 'run.sh': 'old' });
    chmodSync(path.join(root, 'run.sh'), 0o755);
    expect(write(root, 'run.sh')).toBe('wrote run.sh (4 bytes)');
    expect(statSync(path.join(root, 'run.sh')).mode & 0o777).toBe(0o755);
  });

  test('leaves the other name of a hard link alone', async () => {
    const outside = await temporaryFolder({ file: 'kept' });
    const root = await temporaryFolder();
    linkSync(path.join(outside, 'file'), path.join(root, 'file'));
    write(root, 'file');
    expect(readFileSync(path.join(outside, 'file'), 'utf8')).toBe('kept');
  });

  test.each([
    ['folder', 'failed: folder is a folder or a link; write to the real path of a file'],
    ['file/x', throughLink('file/x')],
    ['.', 'failed: the workspace itself is no file'],
    ['../x', 'failed: ../x lies outside the workspace'],
    ['secrets/x', 'failed: there is no secrets/x; use list_files to see what is there'],
    ['x'.repeat(300), `failed: the name ${'x'.repeat(80)}… is too long`],
  ])('refuses %s', async (name, expected) => {
    expect(write(await temporaryFolder({ 'folder/': '', file: '' }), name)).toBe(expected);
  });
});

describe('edit_file', () => {
  const edit = async (text: string | Buffer, oldText: string, newText: string, all?: boolean): Promise<string> => {
    const root = await temporaryFolder();
    writeFileSync(path.join(root, 'f'), text);
    const permit = permitFor({ kind: 'file_edit', path: 'f', oldText, newText, ...(all === undefined ? {} : { all }) });
    const said = textOf(editFile(permit, workspaceOf(root)));
    return said.startsWith('failed') ? said : readFileSync(path.join(root, 'f'), 'utf8');
  };

  test.each([
    ['replaces one text', 'a b c', 'b', 'X', undefined, 'a X c'],
    ['replaces all when told', 'a b a', 'a', 'X', true, 'X b X'],
    ['takes $& and the like as they are', 'a b', 'b', "$& $1 $' $$", undefined, "a $& $1 $' $$"],
    ['takes $& as it is with all, too', 'b b', 'b', '$&', true, '$& $&'],
    ['keeps a byte order mark', '\uFEFFa', 'a', 'b', undefined, '\uFEFFb'],
    [
      'refuses a text that stands there twice',
      'a\nb\na',
      'a',
      'X',
      undefined,
      'failed: old_text stands 2 times in f (lines 1, 3); make it longer so that it is unique, or set all',
    ],
    [
      'says when nothing is like it',
      'a',
      'zzz',
      'X',
      undefined,
      'failed: old_text was not found in f; read the file again',
    ],
    [
      'says when white space differs',
      'if (a) {\n\tb\n}',
      'if (a) {\n  b\n}',
      'X',
      undefined,
      'failed: old_text was not found in f: it is there with other white space; read the file and copy it exactly',
    ],
    [
      'says when line ends differ',
      'a\r\nb\r\n',
      'a\nb',
      'X',
      undefined,
      'failed: old_text was not found in f: the file has line ends \\r\\n; write them so in old_text and new_text',
    ],
    [
      'says where it begins to be right',
      'x\nfoo(1)\nbar',
      'foo(1)\nbaz',
      'X',
      undefined,
      'failed: old_text was not found in f; its first line stands in line 2, what follows differs',
    ],
    [
      'refuses to change nothing',
      'a',
      'a',
      'a',
      undefined,
      'failed: old_text and new_text are the same; nothing was changed',
    ],
    ['refuses a binary file', 'a\0', 'a', 'b', undefined, 'failed: f is a binary file; it cannot be edited as text'],
    [
      'refuses what it would damage',
      Buffer.from([0x61, 0xff]),
      'a',
      'b',
      undefined,
      'failed: f is not valid UTF-8; editing it would damage it',
    ],
  ])('%s', async (_, text, oldText, newText, all, expected) =>
    expect(await edit(text, oldText, newText, all)).toBe(expected),
  );
});

describe('delete_file', () => {
  test.each([
    ['file', 'deleted file'],
    ['link', 'deleted link'],
    ['empty', 'deleted the empty folder empty'],
    ['full', 'failed: full is a folder with files in it; delete them one by one'],
    ['nowhere', 'failed: there is no nowhere; use list_files to see what is there'],
    ['link/x', throughLink('link/x')],
    ['.', 'failed: the workspace itself is no file'],
  ])('%s', async (name, expected) => {
    const outside = await temporaryFolder({ x: '' });
    const root = await temporaryFolder({ file: '', 'empty/': '', 'full/x': '' });
    symlinkSync(outside, path.join(root, 'link'));
    expect(textOf(deleteFile(permitFor({ kind: 'file_delete', path: name }), workspaceOf(root)))).toBe(expected);
    expect(existsSync(path.join(outside, 'x'))).toBe(true);
  });
});

// The permit was given for a path in the workspace; meanwhile a link to somewhere else stands there.
describe('a link that was swapped in after the decision', () => {
  async function swap(place: 'folder' | 'file'): Promise<{ root: string; outside: string }> {
    const outside = await temporaryFolder({ 'f.txt': 'outside\n' });
    const root = await temporaryFolder({ 'sub/f.txt': 'inside\n' });
    const swapped = path.join(root, place === 'folder' ? 'sub' : 'sub/f.txt');
    rmSync(swapped, { recursive: true });
    symlinkSync(place === 'folder' ? outside : path.join(outside, 'f.txt'), swapped);
    return { root, outside };
  }
  const unharmed = (outside: string): void => {
    expect(readdirSync(outside)).toEqual(['f.txt']);
    expect(readFileSync(path.join(outside, 'f.txt'), 'utf8')).toBe('outside\n');
  };

  test.each(['folder', 'file'] as const)(
    'nothing outside is read, written, edited or deleted through a %s',
    async (place) => {
      const { root, outside } = await swap(place);
      const workspace = workspaceOf(root);
      expect(readFile(permitFor({ kind: 'file_read', path: 'sub/f.txt' }), workspace)).toMatchObject({
        kind: 'failed',
      });
      expect(writeFile(permitFor({ kind: 'file_write', path: 'sub/f.txt', content: 'x' }), workspace)).toMatchObject({
        kind: 'failed',
      });
      expect(
        writeFile(permitFor({ kind: 'file_write', path: 'sub/new/f.txt', content: 'x' }), workspaceOf(root)),
      ).toMatchObject({ kind: place === 'folder' ? 'failed' : 'done' });
      expect(
        editFile(permitFor({ kind: 'file_edit', path: 'sub/f.txt', oldText: 'outside', newText: 'x' }), workspace),
      ).toMatchObject({ kind: 'failed' });
      deleteFile(permitFor({ kind: 'file_delete', path: 'sub/f.txt' }), workspace);
      unharmed(outside);
    },
  );

  test('a link to something hidden inside is not written through either', async () => {
    const root = await temporaryFolder({ '.npmrc': 'kept', 'secrets/key': 'kept' });
    symlinkSync('.npmrc', path.join(root, 'a.txt'));
    symlinkSync('secrets', path.join(root, 'b'));
    const workspace = workspaceOf(root, ['secrets']);
    expect(writeFile(permitFor({ kind: 'file_write', path: 'a.txt', content: 'x' }), workspace)).toMatchObject({
      kind: 'failed',
    });
    expect(writeFile(permitFor({ kind: 'file_write', path: 'b/key', content: 'x' }), workspace)).toMatchObject({
      kind: 'failed',
    });
    expect(readFileSync(path.join(root, '.npmrc'), 'utf8') + readFileSync(path.join(root, 'secrets/key'), 'utf8')).toBe(
      'keptkept',
    );
  });
});
