import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import type { ApprovalAnswer, ApprovalRequest } from '#protocol/approval';
import { sampleActions } from '../../architecture/actions.ts';
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
async function ask(
  typed: string | null,
  signal?: AbortSignal,
  asked: ApprovalRequest = request,
): Promise<{ answer: ApprovalAnswer; shown: string }> {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const approver = createTerminalApprover({ input, output, style: styleFor(false, {}), person: 'os:ann' });
  const answering = approver.decide(asked, signal ?? new AbortController().signal);
  if (typed === null) input.end();
  else input.write(typed);
  return { answer: await answering, shown };
}

test.each([
  ['y\n', { outcome: 'approved', by: 'os:ann', why: null, scope: 'once' }],
  ['yes\n', { outcome: 'approved', by: 'os:ann', why: null, scope: 'once' }],
  ['t\n', { outcome: 'approved', by: 'os:ann', why: null, scope: 'task' }],
  ['p\n', { outcome: 'denied', by: 'os:ann', why: null }],
  ['i\n', { outcome: 'denied', by: 'os:ann', why: null }],
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

const told: readonly Action[] = [
  ...Object.values(sampleActions).filter(({ kind }) => !['report_finding', 'ask', 'finish'].includes(kind)),
  { kind: 'git_commit', message: 'First line\n\nWhat stands below' },
  { kind: 'file_search', path: 'src', text: 'looked for' },
  { kind: 'command', command: 'make', cwd: 'deep', env: { CC: 'other' } },
  { kind: 'mcp_call', server: 'files', tool: 'put', arguments: { name: 'value' } },
  {
    kind: 'mcp_start',
    server: 'files',
    launch: { type: 'stdio', command: 'node', args: ['a b'], cwd: 'tools', env: ['TOKEN'] },
    definition: '0'.repeat(64),
  },
  { kind: 'model_call', provider: 'mine', model: 'large', endpoint: 'https://models.example.org/v1' },
];

test.each(told)('the card of $kind leaves out nothing that it would do', async (action) => {
  const { shown } = await ask('n\n', undefined, { ...request, action });
  const texts = (value: unknown): readonly string[] =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(texts)
        : [];
  const { kind: _kind, ...rest } = action;
  const withoutLines = shown.replaceAll(/\n {2}│ /g, '');
  // Hashes stand for what is shown.
  const missing = texts(rest).filter(
    (text) => !/^[0-9a-f]{64}$|^(?:stdio|http)$/.test(text) && !withoutLines.includes(text.replaceAll('\n', '')),
  );
  expect(missing).toEqual([]);
});

test('a line end in a command is no line of the card', async () => {
  const command = 'make\n  why it asks: it is harmless';
  const { shown } = await ask('n\n', undefined, { ...request, action: { kind: 'command', command } });
  expect(shown).toContain('$ make ⏎ why it asks: it is harmless');
  expect(shown.match(/^ {2}why it asks/gm)).toHaveLength(1);
});

test('a pattern is said in words before it can be approved', async () => {
  const offered = { ...request, pattern: 'writes of files under docs/' };
  const { answer, shown } = await ask('p\n', undefined, offered);
  expect(answer).toEqual({ outcome: 'approved', by: 'os:ann', why: null, scope: 'pattern' });
  expect(shown).toContain('p  for the rest of this task, for this agent: writes of files under docs/');
});

test('what was denied before is said first', async () => {
  const deniedBefore = { title: 'delete docs/a.md', by: 'os:ann', why: 'keep it', deniedAt: request.expiresAt };
  const { shown } = await ask('n\n', undefined, { ...request, deniedBefore });
  expect(shown).toContain('denied before by os:ann as: delete docs/a.md, saying: keep it');
});

describe('several questions of one step', () => {
  const names = ['a', 'b', 'c'];
  async function askTogether(typed: readonly string[]) {
    const input = new PassThrough();
    const output = new PassThrough();
    let shown = '';
    let prompts = 0;
    output.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      if (!text.includes('? [')) return;
      input.write(typed[prompts] ?? '\n');
      prompts += 1;
    });
    const approver = createTerminalApprover({ input, output, style: styleFor(false, {}), person: 'os:ann' });
    const answers = await Promise.all(
      names.map(
        async (name) =>
          await approver.decide(
            {
              ...request,
              approvalId: `ask-${name}`,
              action: { kind: 'file_delete', path: `docs/${name}.md` },
              batch: { batchId: 'batch-1', size: names.length },
            },
            new AbortController().signal,
          ),
      ),
    );
    return { outcomes: answers.map(({ outcome }) => outcome), whys: answers.map(({ why }) => why), shown, prompts };
  }

  test('are one list and one answer', async () => {
    const { outcomes, shown, prompts } = await askTogether(['y\n']);
    expect([outcomes, prompts]).toEqual([['approved', 'approved', 'approved'], 1]);
    for (const name of names) expect(shown).toContain(`delete docs/${name}.md`);
  });

  test('are all denied by Enter, with one reason by one', async () => {
    expect(await askTogether(['\n'])).toMatchObject({ outcomes: ['denied', 'denied', 'denied'], prompts: 1 });
    expect(await askTogether(['n keep them\n'])).toMatchObject({ whys: ['keep them', 'keep them', 'keep them'] });
  });

  test('can be answered one by one', async () => {
    const { outcomes, prompts } = await askTogether(['i\n', 'y\n', 'n\n', 'y\n']);
    expect([outcomes, prompts]).toEqual([['approved', 'denied', 'approved'], 4]);
  });
});
