import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import { systemClock } from '../../server/src/base/clock.ts';
import { newRunId } from '../../server/src/base/id.ts';
import type { Grant } from '../../server/src/gateway/grant.ts';
import { createJudge } from '../../server/src/gateway/judge.ts';
import { openApprovalMemory } from '../../server/src/runs/openApprovalMemory.ts';
import { policyOf } from '../unit/policy/fixtures.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';
import { layOut, run } from './sandboxPlace.ts';

// What a person granted lies outside of every worktree: no tool and no command of an agent reaches it.

const grant: Grant = {
  grantId: 'grant-1',
  scope: 'task',
  words: 'this very action, for this agent',
  grantedAt: '2030-01-01T00:00:00.000Z',
  expiresAt: '2030-01-01T08:00:00.000Z',
  agent: 'implementer',
  by: 'os:ann',
  policyHash: 'p',
  questions: ['rules project .loki/policies.yaml:3'],
  covers: { kind: 'action', actionDigest: 'd' },
};

/** A Loki home with a worktree in it, as a run has them. */
async function home() {
  const lokiHome = await temporaryFolder({ 'worktrees/p/run/a.txt': 'a\n' });
  const runId = newRunId();
  const memory = openApprovalMemory({ lokiHome, clock: systemClock }, runId);
  memory.keepGrant(grant);
  return { lokiHome, runId, memory, worktree: path.join(lokiHome, 'worktrees/p/run') };
}

describe('the memory of approvals', () => {
  test('is the same for a process that comes after one that was killed', async () => {
    const { lokiHome, runId, memory } = await home();
    memory.keepQuestion({
      approvalId: 'ask-1',
      agent: 'implementer',
      title: 'write a',
      actionDigest: 'd',
      askedAt: '',
    });
    // The first is not closed: whoever comes next finds what it left.
    const next = openApprovalMemory({ lokiHome, clock: systemClock }, runId);
    expect(next.grants()).toEqual([grant]);
    expect(next.openQuestions()).toMatchObject([{ approvalId: 'ask-1' }]);
    expect(openApprovalMemory({ lokiHome, clock: systemClock }, newRunId()).grants()).toEqual([]);
    next.close();
    memory.close();
  });

  test('is not reached by the tools of agents', async () => {
    const { lokiHome, worktree, memory } = await home();
    const judge = createJudge({
      root: worktree,
      policy: policyOf({}),
      scan: { find: async () => ({ rules: [], hasMarker: false }) },
      addedText: async () => '',
    });
    const actor = { kind: 'agent', name: 'implementer', swarm: 'engineering' } as const;
    for (const file of [path.join(lokiHome, 'loki.db'), '../../../loki.db', '../../../loki.db-wal']) {
      const actions: readonly Action[] = [
        { kind: 'file_read', path: file },
        { kind: 'file_write', path: file, content: 'x' },
        { kind: 'file_edit', path: file, oldText: 'a', newText: 'b' },
        { kind: 'file_delete', path: file },
        { kind: 'command', command: `cp a.txt ${file}` },
        { kind: 'command', command: `echo x > ${file}` },
        { kind: 'command', command: `bash -c 'rm -f ${file}'` },
        { kind: 'mcp_call', server: 'files', tool: 'write_file', arguments: { path: file, content: 'x' } },
      ];
      for (const action of actions) expect([action, (await judge(actor, action)).kind]).toEqual([action, 'DENY']);
    }
    memory.close();
  });

  test('is not reached from inside the sandbox, whatever was allowed', async () => {
    const { lokiHome, runId, memory } = await home();
    const file = path.join(lokiHome, 'loki.db');
    const before = readFileSync(file);
    const place = await layOut();
    const outcome = await run(
      place,
      [
        `cat ${file} && echo READ`,
        `echo x > ${file} && [ -s ${file} ] && echo WRITTEN`,
        `rm -f ${file}; ln -s ${file} ./link; echo x > ./link`,
        `find / -name 'loki.db*' 2>/dev/null`,
        `node -e "new (require('node:sqlite').DatabaseSync)('${file}').exec('DELETE FROM approval_memory')"`,
        'echo tried',
      ].join('; '),
    );
    expect(outcome.kind === 'exited' && outcome.output).toContain('tried');
    expect(outcome.kind === 'exited' && outcome.output).not.toContain('READ');
    expect(readFileSync(file).equals(before)).toBe(true);
    const after = openApprovalMemory({ lokiHome, clock: systemClock }, runId);
    expect(after.grants()).toEqual([grant]);
    after.close();
    memory.close();
  });

  test('that was written over is a failure, not an empty memory', async () => {
    const { lokiHome, runId, memory } = await home();
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path.join(lokiHome, 'loki.db'));
    database.exec(`UPDATE approval_memory SET body = '{"grantId":"grant-1"}'`);
    database.close();
    expect(() => openApprovalMemory({ lokiHome, clock: systemClock }, runId).grants()).toThrow('cannot be read');
    memory.close();
  });
});
