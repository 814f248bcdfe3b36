import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { hiddenInput } from '../../../server/src/cli/hiddenInput.ts';

/** Types at a terminal that shows nothing by itself. */
async function type(typed: string, signal = new AbortController().signal) {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { setRawMode: (raw: boolean) => void modes.push(raw) });
  let shown = '';
  // Only what a terminal's input has is used of it.
  const ctx = { stdin: stdin as unknown as NodeJS.ReadStream, tell: (text: string) => void (shown += text), signal };
  const asking = hiddenInput(ctx, 'Key: ');
  stdin.write(typed);
  return { answer: await asking, shown, modes };
}

test.each([
  ['a line', 'sk-1\r', 'sk-1'],
  ['a pasted line', 'sk-1\nmore', 'sk-1'],
  ['a correction', 'sk-2\u007f1\r', 'sk-1'],
  ['the end of the input', 'sk-1\u0004', 'sk-1'],
  ['Ctrl-C', 'sk-\u0003', null],
])('%s is taken unseen, and the terminal is given back', async (_, typed, expected) => {
  expect(await type(typed)).toEqual({ answer: expected, shown: 'Key: \n', modes: [true, false] });
});

test('a cancel ends the question', async () => {
  const cancel = new AbortController();
  const asking = type('sk-', cancel.signal);
  cancel.abort();
  expect(await asking).toMatchObject({ answer: null, modes: [true, false] });
});
