import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEvidence } from '../../../server/src/audit/evidence.ts';
import { writeFileAtomically } from '../../../server/src/base/atomicFile.ts';
import { diskFailure } from '../../../server/src/base/diskFailure.ts';
import { prepareStateFolder } from '../../../server/src/runs/runStore.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'loki-disk-'));
  await writeFile(path.join(folder, 'file'), 'in the way of a folder');
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const inTheWay = (): string => path.join(folder, 'file', 'below');

test.each([
  ['a file of state', async () => await writeFileAtomically(inTheWay(), 'x')],
  ['a piece of evidence', async () => await openEvidence(inTheWay()).put('x')],
  ['the state folder', async () => await prepareStateFolder(path.join(folder, 'file'))],
])('%s that cannot be written is a failure that names it and says what to do', async (_name, write) => {
  const failure: unknown = await write().catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'Failure', code: 'disk_unwritable' });
  expect(failure).toMatchObject({ message: expect.stringMatching(/file.*writ/) as string });
});

test('a file where the folder of runs has to be is found before anything is started', async () => {
  const workspace = await mkdtemp(path.join(folder, 'workspace-'));
  await prepareStateFolder(workspace);
  await rm(path.join(workspace, '.loki/runs'), { recursive: true });
  await writeFile(path.join(workspace, '.loki/runs'), '');
  await expect(prepareStateFolder(workspace)).rejects.toMatchObject({ code: 'disk_unwritable' });
});

test('a write that fails leaves the old content and nothing else behind', async () => {
  const place = await mkdtemp(path.join(folder, 'place-'));
  await writeFileAtomically(path.join(place, 'a'), 'old');
  // A folder cannot be replaced by a file: the last step fails.
  await expect(writeFileAtomically(place, 'new')).rejects.toMatchObject({ code: 'disk_unwritable' });
  expect(await readdir(place)).toEqual(['a']);
  expect(await readFile(path.join(place, 'a'), 'utf8')).toBe('old');
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('what is no trouble of the disk stays what it is', () => {
  const bug = new TypeError('x is undefined');
  expect(diskFailure('a', bug)).toBe(bug);
});
