import { expect, test } from 'vitest';
import { styleFor } from '../../../server/src/cli/style.ts';

test.each([
  ['at a terminal there is colour', true, {}, '\u001b[1mx\u001b[22m'],
  ['elsewhere there is none', false, {}, 'x'],
  ['NO_COLOR takes it away', true, { NO_COLOR: '1' }, 'x'],
  ['FORCE_COLOR brings it anywhere', false, { FORCE_COLOR: '1' }, '\u001b[1mx\u001b[22m'],
  ['FORCE_COLOR=0 takes it away', true, { FORCE_COLOR: '0' }, 'x'],
])('%s', (_name, isTerminal, env, expected) => {
  expect(styleFor(isTerminal, env).bold('x')).toBe(expected);
});
