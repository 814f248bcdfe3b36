import { appendFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../server/src/audit/log.ts';
import type { EntryFilter } from '../../../server/src/audit/query/entryFilter.ts';
import { readEntries, readLastRecorded } from '../../../server/src/audit/query/query.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { logFile, makeLog, openLog } from './aLog.ts';
import { aRecord } from './aRecord.ts';

async function read(folder: string, filter: EntryFilter = {}): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { seq } of readEntries(folder, filter)) found.push(seq);
  return found;
}

describe('reading entries', () => {
  const records: readonly AuditRecord[] = [
    aRecord(0, { who: 'loki', what: 'run_start', metadata: { task_id: 'task-a', run_id: 'run-1' } }),
    aRecord(1, {
      who: 'loki',
      what: 'gate',
      where: 'npm test',
      metadata: { agent: 'implementer', run_id: 'run-1', decision: 'ALLOW' },
    }),
    aRecord(2, {
      what: 'command',
      where: null,
      why: null,
      metadata: { task_id: 'task-b', run_id: 'run-2', decision: 'DENY', findings: [{ note: 'A Needle' }] },
    }),
    aRecord(3, { what: 'file_read', metadata: { task_id: 'task-b', run_id: 'run-2', input_tokens: 4521 } }),
  ];

  test.each<[string, EntryFilter, number[]]>([
    ['without a filter', {}, [0, 1, 2, 3]],
    ['of a task', { task: 'task-b' }, [2, 3]],
    ['of a run', { run: 'run-1' }, [0, 1]],
    ['of an agent, as actor or as the one concerned', { agent: 'implementer' }, [1, 2, 3]],
    ['of a kind', { what: 'gate' }, [1]],
    ['of a decision', { decision: 'DENY' }, [2]],
    ['with a text, deep inside and in whatever case', { text: 'a needle' }, [2]],
    ['with a number as text', { text: '4521' }, [3]],
    ['that fit everything', { run: 'run-2', agent: 'implementer', text: 'step 3' }, [3]],
    ['of nobody', { agent: 'nobody' }, []],
  ])('%s', async (_what, filter, expected) => {
    const folder = temporaryFolder();
    const log = openLog(folder);
    await Promise.all(records.map(async (record) => await log.append(record)));
    await log.close();
    expect(await read(folder, filter)).toEqual(expected);
  });

  test('keeps the last of many', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 3000);
    const last: number[] = [];
    for await (const { entry } of readLastRecorded(folder, {}, 3)) last.push(entry.seq);
    expect(last).toEqual([2997, 2998, 2999]);
  });

  test('of a log that is not there finds none and makes nothing', async () => {
    const folder = temporaryFolder();
    expect(await read(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves out lines that are none, and says how many', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 2);
    appendFileSync(logFile(folder), 'hello\n[]\n{"seq":"2"}\n{"seq":2,');
    let unreadable = 0;
    const onUnreadable = (): void => {
      unreadable += 1;
    };
    const entries: unknown[] = [];
    for await (const entry of readEntries(folder, {}, { onUnreadable })) entries.push(entry);
    expect([entries.length, unreadable]).toEqual([2, 4]);
  });

  test('can be left early', async () => {
    const folder = temporaryFolder();
    await makeLog(folder, 10);
    for await (const { seq } of readEntries(folder)) if (seq === 3) break;
    expect(await read(folder)).toHaveLength(10);
  });
});
