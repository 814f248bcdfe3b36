import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { expectValid, makeLog, readLog } from './aLog.ts';
import { parse } from './theRecipe.ts';
import { aPlace, entriesOf } from './write/aPlace.ts';

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
      // Over all segments: a fast machine fills more than one.
      const lines = entriesOf({ folder });
      await expectValid(folder);
      for (const [index, { child }] of writers.entries()) {
        for (const seq of acknowledged[index] ?? [])
          expect(lines[seq]).toMatchObject({ seq, who: `process ${child.pid}` });
      }
    }
  });
});

// LOKI_TEST_PROCESSES and LOKI_TEST_CRASHES set how much is done here: 8 and 500 are the numbers that count.
const processes = Number(process.env['LOKI_TEST_PROCESSES'] ?? 3);
const crashes = Number(process.env['LOKI_TEST_CRASHES'] ?? 6);
const longTest = { timeout: 120_000 + crashes * 20_000 };
const valid = { valid: true, integrity: 'intact', completeness: 'complete' };

describe('several processes on one log that is signed, in many segments', () => {
  test('write one order in which nothing is lost', longTest, async () => {
    const place = aPlace();
    const each = processes === 8 ? 1000 : 150;
    const writers = Array.from({ length: processes }, () => startAppending(place.folder, String(each), place.home));
    const acknowledged = (await Promise.all(writers.map(async (writer) => await writer.acknowledged))).flat();
    expect(acknowledged).toHaveLength(processes * each);
    expect(new Set(acknowledged).size).toBe(processes * each);
    const entries = entriesOf(place);
    for (const [index, { seq }] of entries.entries()) expect(seq).toBe(index);
    const own = entries.filter(({ who }) => String(who).startsWith('process '));
    expect(own).toHaveLength(processes * each);
    expect(await place.verify()).toMatchObject({ ...valid, entries: entries.length, warnings: [] });
  });

  test('lose nothing that was acknowledged when they are killed at any moment', longTest, async () => {
    let place = aPlace();
    for (let round = 0; round < crashes; round += 1) {
      // A new log now and then: each round reads all of it several times.
      if (round % 20 === 0) place = aPlace();
      const writers = Array.from({ length: 1 + (round % 2) }, () => startAppending(place.folder, '0', place.home));
      for (const { child } of writers) await once(child.stdout, 'data');
      await wait(Math.random() * 150);
      for (const { child } of writers) child.kill('SIGKILL');
      const acknowledged = await Promise.all(writers.map(async (writer) => await writer.acknowledged));
      // A line that was not finished, and nothing else, may stand at the end.
      const found = await place.verify();
      if ('kind' in found) throw new Error('the log is gone');
      expect(found.integrity).toBe('intact');
      await place.write(1, { limits: { segmentBytes: 200_000 } });
      expect(await place.verify()).toMatchObject(valid);
      const entries = entriesOf(place);
      for (const [index, { child }] of writers.entries())
        for (const seq of acknowledged[index] ?? []) {
          const entry = entries[seq];
          // Compared by hand: there are very many.
          if (entry?.['seq'] !== seq || entry['who'] !== `process ${child.pid}`)
            throw new Error(`entry ${seq} was acknowledged in round ${round} and is not there`);
        }
    }
  });
});
