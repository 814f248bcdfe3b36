import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../unit/temporaryFolder.ts';
import { findSecret, formsIn } from './findSecret.ts';
import { secretForms } from './secretForms.ts';
import { isBelow, watchProcesses } from './watchProcesses.ts';

// A search that finds nothing proves something only if it finds what is there.

const secret = 'sk-ant-api03-pL4nt"ed\\Q9v+Xw7/Lr2=Zt5Yb8&Nc4Mk1';
const around = (text: string): string => `some words before ${text} and after it`;

describe('a planted secret is found', () => {
  test.each(secretForms(secret).map(({ name, bytes }) => [name, bytes] as const))(
    'in a file: %s',
    async (name, bytes) => {
      const folder = await temporaryFolder();
      mkdirSync(path.join(folder, 'deep/er'), { recursive: true });
      writeFileSync(
        path.join(folder, 'deep/er/file'),
        Buffer.concat([Buffer.from('\0before'), bytes, Buffer.from('after\0')]),
      );
      expect(findSecret([folder], secret)).toContain(`${path.join(folder, 'deep/er/file')}: ${name}`);
    },
  );

  test.each([0, 1, 2, 3, 4])('in base64 of something that begins %i bytes before it', (before) => {
    const text = `${'x'.repeat(before)}${around(secret)}`;
    expect(formsIn(Buffer.from(Buffer.from(text).toString('base64')), secret).join()).toContain('base64');
    expect(formsIn(Buffer.from(Buffer.from(text).toString('base64url')), secret).join()).toContain('base64url');
  });

  test('in a database, a packed file, the name of a file and the target of a link', async () => {
    const folder = await temporaryFolder();
    const database = new DatabaseSync(path.join(folder, 'some.db'));
    database.exec('CREATE TABLE t (text TEXT)');
    database.prepare('INSERT INTO t VALUES (?)').run(around(secret));
    database.close();
    writeFileSync(path.join(folder, 'packed.gz'), gzipSync(around(secret)));
    writeFileSync(path.join(folder, encodeURIComponent(secret)), '');
    symlinkSync(`/${secret}`, path.join(folder, 'link'));
    const files = findSecret([folder], secret).map((found) => path.basename(found.split(': ')[0] ?? ''));
    expect(new Set(files)).toEqual(new Set(['some.db', 'packed.gz', encodeURIComponent(secret), 'link']));
  });

  test('in what git keeps, loose or packed', async () => {
    const folder = await temporaryFolder({ 'a.txt': around(secret) });
    const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'one');
    git('rm', '-q', '-f', 'a.txt');
    const object = `${path.join(folder, '.git')} (an object): plain`;
    expect(findSecret([folder], secret)).toContain(object);
    git('repack', '-adq');
    expect(findSecret([folder], secret)).toContain(object);
  });

  test.skipIf(process.platform !== 'linux')('in the environment and the arguments of a process', async () => {
    const watch = watchProcesses(secret, (pid) => isBelow(pid, process.pid));
    const env = { PATH: process.env['PATH'], TOKEN: around(secret) };
    const child = spawn('sh', ['-c', `read -r line; : ${encodeURIComponent(secret)}`], { env });
    await expect.poll(() => watch.seen.has('sh')).toBe(true);
    const found = watch.end();
    child.stdin.end();
    await once(child, 'exit');
    expect(found).toContain('sh (environment): plain');
    expect(found).toContain('sh (command line): escaped for an address');
  });
});

test('nothing is found where nothing is', async () => {
  const folder = await temporaryFolder({
    'a.txt': around('sk-ant-api03-of-somebody-else'),
    'b/c.txt': secret.slice(0, 12),
  });
  expect(findSecret([folder, path.join(folder, 'nowhere')], secret)).toEqual([]);
});
