import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { ApprovalAnswer, ApprovalRequest } from '#protocol/approval';
import { styleFor } from '../../../server/src/cli/style.ts';
import { createTerminalApprover } from '../../../server/src/cli/terminalApprover.ts';

const request: ApprovalRequest = {
  approvalId: 'ask-1',
  runId: 'run-1',
  agent: 'implementer',
  action: { kind: 'command', command: 'make \u202eetalupmi' },
  actionDigest: 'd',
  reason: 'it is not in allowed_commands',
  rules: [
    {
      rule: 'commands',
      decision: 'REQUIRE_APPROVAL',
      reason: 'it is not in allowed_commands',
      source: { tier: 'project', file: '.loki/config.yaml', line: 7 },
    },
  ],
  expiresAt: '2030-01-01T00:00:00.000Z',
};

/** Types `typed` at the prompt; null is the end of input (Ctrl-D). */
async function ask(typed: string | null, signal?: AbortSignal): Promise<{ answer: ApprovalAnswer; shown: string }> {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const approver = createTerminalApprover({ input, output, style: styleFor(false, {}), person: 'os:ann' });
  const answering = approver.decide(request, signal ?? new AbortController().signal);
  if (typed === null) input.end();
  else input.write(typed);
  return { answer: await answering, shown };
}

test.each([
  ['y\n', { outcome: 'approved', by: 'os:ann', why: null }],
  ['yes\n', { outcome: 'approved', by: 'os:ann', why: null }],
  ['\n', { outcome: 'denied', by: 'os:ann', why: null }],
  ['n\n', { outcome: 'denied', by: 'os:ann', why: null }],
  ['n use npm instead\n', { outcome: 'denied', by: 'os:ann', why: 'use npm instead' }],
  ['yes please do not\n', { outcome: 'denied', by: 'os:ann', why: 'yes please do not' }],
  ['\u001b\n', { outcome: 'denied', by: 'os:ann', why: null }],
  [null, { outcome: 'expired', why: 'Nobody answered' }],
] as const)('typing %j answers %o', async (typed, expected) => {
  const { answer } = await ask(typed);
  if (typed === '\u001b\n') expect(answer.outcome).not.toBe('approved');
  else expect(answer).toEqual(expected);
});

test('a question that is withdrawn is not a yes', async () => {
  expect((await ask(null, AbortSignal.abort())).answer.outcome).toBe('expired');
});

test('the card names the rule, its file and line, and shows hidden characters', async () => {
  const { shown } = await ask('n\n');
  expect(shown).toContain(String.raw`$ make \u{202e}etalupmi`);
  expect(shown).toContain('rule commands (.loki/config.yaml:7)');
  expect(shown).toContain('why it asks: it is not in allowed_commands');
});
