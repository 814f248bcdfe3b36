import { expect, test } from 'vitest';
import type { RunEvent } from '#protocol/run';
import { redactEvent } from '../../../server/src/lsp/redactEvent.ts';

const secret = 'hunter2';
const redact = (text: string): string => text.replaceAll(secret, '«redacted»');

function anAction(action: Extract<RunEvent, { type: 'action' }>['action']): RunEvent {
  return {
    type: 'action',
    actionId: 'act-1',
    agent: 'implementer',
    action,
    title: `with ${secret}`,
    state: 'running',
    decision: 'ALLOW',
    reason: null,
    rules: [],
    durationMs: null,
  };
}

test('takes secrets out of everything an agent may have written, names of members included', async () => {
  const event = anAction({
    kind: 'mcp_call',
    server: 's',
    tool: 't',
    arguments: { kind: secret, state: [{ [secret]: 1 }], status: { runId: secret } },
  });
  const redacted = await redactEvent(event, redact);
  expect(JSON.stringify(redacted)).not.toContain(secret);
  expect(redacted).toMatchObject({ title: 'with «redacted»', state: 'running', durationMs: null });
});

test('tells of a long text as much as people read, and leaves what an approval shows whole', async () => {
  const long = 'a'.repeat(100_000);
  const action = { kind: 'file_write', path: 'a.txt', content: long } as const;
  const cut = await redactEvent(anAction(action), redact);
  expect(cut).toMatchObject({
    action: { content: expect.stringMatching(/^a{20000}… \(80000 characters more\)$/) as string },
  });
  const asked: RunEvent = {
    type: 'approval',
    request: {
      approvalId: 'ask-1',
      runId: 'run-1',
      agent: 'implementer',
      action,
      actionDigest: 'd',
      reason: 'r',
      rules: [],
      expiresAt: '2026-03-01T00:00:00.000Z',
    },
  };
  expect(await redactEvent(asked, redact)).toEqual(asked);
});
