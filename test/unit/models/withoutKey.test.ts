import { expect, test } from 'vitest';
import type { ModelAnswer } from '../../../server/src/models/conversation.ts';
import { withoutKey } from '../../../server/src/models/withoutKey.ts';

const key = 'corp.gateway/key-of-no-known-shape';
const marker = '«redacted:provider-key»';
const answer = (secret: string): ModelAnswer => ({
  kind: 'answered',
  text: `asked with ${secret}, yes ${secret}`,
  calls: [
    {
      kind: 'call',
      callId: 'a',
      tool: 'write_file',
      input: { path: secret, lines: [`x${secret}`, 1], [secret]: null },
    },
    { kind: 'malformed', callId: 'b', tool: secret, problem: `no tool ${secret}` },
  ],
  usage: null,
  finish: 'calls',
});

test('the key that was asked with stands nowhere in the answer', () => {
  expect(withoutKey(answer(key), key)).toEqual(answer(marker));
});

test('what is no secret is left alone', () => {
  expect(withoutKey(answer(key), null)).toEqual(answer(key));
  expect(withoutKey(answer('EMPTY'), 'EMPTY')).toEqual(answer('EMPTY'));
  const cut: ModelAnswer = { kind: 'cut', usage: null, because: 'stream' };
  expect(withoutKey(cut, key)).toBe(cut);
});
