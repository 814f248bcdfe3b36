import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { acquireLock, isLocked, tryLock } from '../../../server/src/storage/lock.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** Starts a process that takes the lock, and resolves with what it says about that. */
async function holder(file: string): Promise<{ process: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--no-warnings', path.join(import.meta.dirname, 'lockHolder.ts'), file]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said]: unknown[] = await once(child.stdout, 'data');
  return { process: child, said: String(said) };
}

describe('a lock', () => {
  test('excludes a second holder in the same process until it is released', () => {
    const file = path.join(temporaryFolder(), 'lock');
    const first = tryLock(file);
    expect(first).not.toBeNull();
    expect(tryLock(file)).toBeNull();
    expect(isLocked(file)).toBe(true);
    first?.release();
    first?.release();
    expect(isLocked(file)).toBe(false);
    const second = tryLock(file);
    expect(second).not.toBeNull();
    second?.release();
  });

  test('excludes other processes, and dies with its holder', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    const other = await holder(file);
    expect(other.said).toBe('held\n');
    expect(tryLock(file)).toBeNull();
    expect(await acquireLock(file, { waitMs: 30 })).toBeNull();
    other.process.kill('SIGKILL');
    const lock = await acquireLock(file, { waitMs: 5000 });
    expect(lock).not.toBeNull();
    expect((await holder(file)).said).toBe('busy\n');
    lock?.release();
  });

  test('that another part of the process asks for in vain is not lost by its holder', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    const lock = tryLock(file);
    for (let attempt = 0; attempt < 5; attempt += 1) expect(tryLock(file)).toBeNull();
    expect((await holder(file)).said).toBe('busy\n');
    lock?.release();
  });

  test('is an empty private file, and leaves nothing else behind', () => {
    const folder = path.join(temporaryFolder(), 'made', 'here');
    const file = path.join(folder, 'lock');
    const lock = tryLock(file);
    expect(readdirSync(folder)).toEqual(['lock']);
    expect(statSync(file).size).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    lock?.release();
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  test('is handed to every waiter in the end', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    let holders = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const lock = await acquireLock(file, { waitMs: 10_000 });
        expect((holders += 1)).toBe(1);
        await new Promise(setImmediate);
        holders -= 1;
        order.push(index);
        lock?.release();
      }),
    );
    expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('stops waiting when the caller aborts', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    const lock = tryLock(file);
    const controller = new AbortController();
    const waiting = acquireLock(file, { waitMs: 60_000 }, controller.signal);
    setImmediate(() => controller.abort());
    await expect(waiting).rejects.toThrow(/abort/i);
    lock?.release();
  });

  test('on a file that was removed does not excuse a new one from being taken', () => {
    const file = path.join(temporaryFolder(), 'lock');
    const lost = tryLock(file);
    rmSync(file);
    const lock = tryLock(file);
    expect(lock).not.toBeNull();
    expect(tryLock(file)).toBeNull();
    lost?.release();
    lock?.release();
  });

  test('does not need a file to say that nobody holds it', () => {
    const folder = temporaryFolder();
    expect(isLocked(path.join(folder, 'none'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['a link', (file: string) => symlinkSync('elsewhere', file)],
    ['a file with content', (file: string) => writeFileSync(file, 'SQLite format 3\0')],
    ['a folder', (file: string) => mkdirSync(file)],
  ])('is not taken on %s, which is left alone', (_what, make) => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'lock');
    make(file);
    expect(() => tryLock(file)).toThrow(/lock file .* cannot be used/);
    expect(readdirSync(folder)).toEqual(['lock']);
  });
});
