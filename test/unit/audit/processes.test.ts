import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { expectValid, makeLog, readLog } from './aLog.ts';
import { parse } from './theRecipe.ts';

function startAppending(folder: string, ...count: string[]) {
  const script = path.join(import.meta.dirname, 'appendProcess.ts');
  const child = spawn(process.execPath, ['--no-warnings', script, folder, ...count], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, acknowledged: text(child.stdout).then((output) => output.split('\n').slice(0, -1).map(Number)) };
}

describe('several processes on one log', () => {
  test('write one order in which nothing is lost', async () => {
    const folder = temporaryFolder();
    const writers = [startAppending(folder, '200'), startAppending(folder, '200')];
    const [first = [], second = []] = await Promise.all(writers.map(async ({ acknowledged }) => await acknowledged));
    expect([first.length, second.length]).toEqual([200, 200]);
    expect(await expectValid(folder)).toMatchObject({ entries: 400 });
    expect([...first, ...second].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, seq) => seq));
    const who = (seq: number) => parse(readLog(folder)[seq] ?? '')['who'];
    expect(first.slice(0, 20).map(who)).toEqual(Array.from({ length: 20 }, () => `process ${writers[0]?.child.pid}`));
  });

  test('lose nothing that was acknowledged when they are killed in the middle', async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 5; round += 1) {
      const writers = round % 2 === 0 ? [startAppending(folder)] : [startAppending(folder), startAppending(folder)];
      for (const { child } of writers) await once(child.stdout, 'data');
      // Later in each round: the moments must not all be the first group.
      for (let turn = 0; turn < round * 60; turn += 1) await new Promise(setImmediate);
      for (const { child } of writers) child.kill('SIGKILL');
      const acknowledged = await Promise.all(writers.map(async (writer) => await writer.acknowledged));
      await makeLog(folder, 1);
      const lines = readLog(folder).map(parse);
      await expectValid(folder);
      for (const [index, { child }] of writers.entries()) {
        for (const seq of acknowledged[index] ?? [])
          expect(lines[seq]).toMatchObject({ seq, who: `process ${child.pid}` });
      }
    }
  });
});
