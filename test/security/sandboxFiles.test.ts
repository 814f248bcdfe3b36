import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { detectSandbox } from '../../server/src/sandbox/detect.ts';
import { bubblewrap, hasBubblewrap } from '../bubblewrap.ts';
import { checkAllFail, layOut, outputOf, run } from './sandboxPlace.ts';

// Attempts to get out of the sandbox, made from inside it. Files of the whole machine are opened only, never written.

describe.skipIf(!hasBubblewrap)('files of a confined command (needs the package bubblewrap)', () => {
  test('the start-up self-test finds that it holds', async () => {
    expect((await detectSandbox(process.env)).confinement.kind).toBe('bubblewrap');
  });

  test('a command works in the workspace, with a home, a temporary folder and the user’s programs', async () => {
    const place = await layOut();
    const script =
      'echo new > b.txt && cat a.txt && echo x > ~/x && echo x > "$TMPDIR/x" && node --version > /dev/null && echo fine > /dev/stderr';
    expect(await outputOf(place, script)).toBe('a\nfine\n');
    expect(readFileSync(path.join(place.workspace, 'b.txt'), 'utf8')).toBe('new\n');
  });

  test('files outside are neither read nor written', async () => {
    const place = await layOut();
    const { root } = place;
    await checkAllFail(place, [
      `cat ${root}/marker`,
      `cat ../marker`,
      `ls ${root}/main`,
      `echo x > ${root}/escape && cat ${root}/escape && false`,
      'cat /etc/shadow',
      'ls /etc/ssh',
      'ls /var/lib',
      'ls /root/.ssh /home/*/.ssh',
      'ls /sys/kernel',
      'echo x > /usr/x',
      'echo x > /etc/x',
      'echo x > /x',
      'cat /proc/1/root/etc/shadow',
      `cat /proc/self/root${root}/marker`,
      'cat /proc/1/cwd/../marker',
      'ln -s / root && cat root/etc/shadow',
      `ln ${root}/marker hard`,
    ]);
    expect(existsSync(path.join(root, 'escape'))).toBe(false);
  });

  test('denied paths are empty, and stay in their place', async () => {
    const place = await layOut();
    const said = await checkAllFail(place, [
      'cat secrets/key',
      'test -s config/secret.env',
      'echo x > secrets/new',
      'echo x > config/secret.env',
      'mv secrets other',
      'mv config other',
      'rm -rf config 2>/dev/null',
      'mv config/secret.env config/other',
      'umount secrets',
      'ln config/secret.env copy && test -s copy',
    ]);
    expect(said).not.toContain('secret\n');
    expect(readFileSync(path.join(place.workspace, 'config/secret.env'), 'utf8')).toBe('secret\n');
    expect(readFileSync(path.join(place.workspace, 'secrets/key'), 'utf8')).toBe('secret\n');
  });

  test('protected names that exist cannot be changed', async () => {
    const place = await layOut();
    await checkAllFail(place, [
      'echo x > .vscode/settings.json',
      'echo x > .vscode/tasks.json',
      'rm -rf .vscode',
      'mv .vscode other',
      'rm .git',
      'echo x > .git',
      'mount -o remount,rw,bind .vscode',
      'chmod 777 .vscode/settings.json',
    ]);
  });

  test('inside there is no repository, and the main one cannot be seen', async () => {
    const place = await layOut();
    const said = await checkAllFail(place, ['git status', 'git log', `ls ${place.root}/main/.git`, 'cat .git']);
    expect(said).toContain('not a git repository');
    expect(said).not.toContain('worktrees/run');
  });

  test('the environment has no secret and nothing of Loki’s own', async () => {
    const place = await layOut();
    const said = await outputOf(place, 'env; tr "\\0" "\\n" < /proc/1/environ; tr "\\0" "\\n" < /proc/self/environ');
    expect(said).not.toContain('sk-ant');
    const names = new Set(said.split('\n').map((line) => line.split('=')[0]));
    const usual = [
      'PATH',
      'HOME',
      'LANG',
      'TERM',
      'PYTHONDONTWRITEBYTECODE',
      'TMPDIR',
      'PWD',
      'SHLVL',
      '_',
      'CI',
      'TZ',
      'LC_ALL',
      'LC_CTYPE',
      'PYENV_ROOT',
      'VOLTA_HOME',
      '',
    ];
    expect([...names].filter((name) => !usual.includes(name ?? ''))).toEqual([]);
  });

  test('variables of the action arrive, and can smuggle no argument to bubblewrap', async () => {
    const place = await layOut();
    expect(await run(place, 'echo "$A"', { env: { A: 'a b=c' } })).toMatchObject({ exitCode: 0, output: 'a b=c\n' });
    for (const env of [{ A: 'x\0--bind\0/\0/tmp' }, { 'A\0--bind': 'x' }, { 'A=B': 'x' }, { '': 'x' }]) {
      expect(await run(place, 'true', { env })).toMatchObject({ kind: 'not_started' });
    }
    expect(await run(place, 'true\0x')).toMatchObject({ kind: 'not_started' });
    expect(await run(place, 'true', { cwd: 'x\0--bind' })).toMatchObject({ kind: 'not_started' });
  });

  test('a folder to run in must lie in the workspace, links considered', async () => {
    const place = await layOut();
    symlinkSync(place.root, path.join(place.workspace, 'up'));
    for (const cwd of ['..', '/', 'up', 'nowhere', '/etc']) {
      expect(await run(place, 'true', { cwd })).toMatchObject({ kind: 'not_started' });
    }
    expect(await run(place, 'pwd', { cwd: 'config' })).toMatchObject({ output: `${place.workspace}/config\n` });
  });

  test('folders that Loki was started with open are not handed in', async () => {
    const place = await layOut();
    const from = (file: string): string => JSON.stringify(path.resolve(import.meta.dirname, '../..', file));
    const script = `
      import { bubblewrapSandbox } from ${from('server/src/sandbox/bubblewrapSandbox.ts')};
      import { permitFor } from ${from('test/unit/permitFor.ts')};
      const command = 'ls /proc/$$/fd/200/ /proc/self/fd/200/ /proc/1/fd/200/ /proc/2/fd/200/; echo tried';
      const sandbox = bubblewrapSandbox({ program: ${JSON.stringify(bubblewrap)}, env: process.env });
      const outcome = await sandbox.run(permitFor({ kind: 'command', command }), ${JSON.stringify(place.enclosure)}, new AbortController().signal);
      console.log(outcome.output);`;
    // Node closes the low descriptors it was started with, and hands on the high ones.
    const node = [process.execPath, '--no-warnings', '--input-type=module', '-e', script];
    const { stdout } = spawnSync('/bin/bash', ['-c', 'exec 200< "$0"; exec "$@"', place.root, ...node], {
      cwd: path.resolve(import.meta.dirname, '../..'),
      encoding: 'utf8',
    });
    expect(stdout).toContain('tried');
    expect(stdout).not.toContain('marker');
  });

  test('dependencies of the checkout work, cannot be changed, and leave room for caches', async () => {
    const place = await layOut();
    expect(await outputOf(place, `node -p 'require("dep")'; mkdir node_modules/.vite-temp && echo fine`)).toBe(
      'found\nfine\n',
    );
    await checkAllFail(place, [
      'echo x > node_modules/dep/index.js',
      'echo x > node_modules/dep/new.js',
      'rm -r node_modules/@scope/other/index.js',
      'rmdir node_modules',
      'mv node_modules other',
    ]);
    expect(readdirSync(path.join(place.root, 'main/node_modules')).sort()).toEqual(['@scope', 'dep']);
  });

  test('dependencies are not shown through a link that an agent made', async () => {
    const place = await layOut();
    symlinkSync(place.root, path.join(place.workspace, 'node_modules'));
    expect(await run(place, 'true')).toMatchObject({ kind: 'not_started' });
  });
});
