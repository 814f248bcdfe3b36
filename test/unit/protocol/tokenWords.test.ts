import { expect, test } from 'vitest';
import { tokenWords } from '../../../server/protocol/tokenWords.ts';
import { tokensShown } from '../../../server/src/cost/tokensShown.ts';
import { aLedger, reserved, used } from '../cost/aLedger.ts';

test('tokens that nobody measured are never shown as none', () => {
  const { ledger } = aLedger();
  const shown = () => tokensShown(ledger.spentOnTask('task-1', false).tokens, ledger.tokensOfTask('task-1', false));
  const words = () => tokenWords(shown());
  expect(words()).toBe('0 in, 0 out');
  const held = reserved(ledger);
  expect(words()).toBe('0 in, 0 out');
  ledger.settle(held.reservationId, null);
  expect(words()).toBe('unmeasured');
  ledger.settle(reserved(ledger).reservationId, used(1000, 7));
  expect(words()).toBe('1,000 in, 7 out, and some unmeasured');
});

test('tokens that were all measured are just numbers', () => {
  const { ledger } = aLedger();
  ledger.settle(reserved(ledger).reservationId, used(1000, 7));
  ledger.release(reserved(ledger).reservationId);
  const { tokens } = ledger.spentOnTask('task-1', false);
  expect(tokensShown(tokens, ledger.tokensOfTask('task-1', false))).toEqual({ input: 1000, output: 7 });
});
