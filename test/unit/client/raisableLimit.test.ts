import { describe, expect, it } from 'vitest';
import type { BudgetShown } from '#protocol/cost';
import type { RunEvent } from '#protocol/run';
import { amountWords, limitWords, raisable, refusalOf, stoppedBy } from '../../../client/src/raisableLimit.ts';
import { aRun, numbered, said } from './aRun.ts';

const ofAgent: BudgetShown = {
  state: 'limit',
  window: 'task',
  group: 'agent architect',
  unit: 'usd',
  limit: 1,
  spent: 0.9,
  simulated: false,
  raiseTo: 2,
};
const { raiseTo: _raiseTo, ...fixed } = ofAgent;

function told(budget: BudgetShown): RunEvent {
  return { type: 'notice', level: 'warning', message: 'x', budget };
}

describe('the limit that is offered', () => {
  it('is the one that stopped the task', () => {
    const tokens: BudgetShown = { ...ofAgent, group: null, unit: 'tokens', limit: 9000, raiseTo: 18_000 };
    const events = numbered([told(tokens), said('so'), told(ofAgent), told({ ...tokens, state: 'alert' })]);
    expect(stoppedBy({ summary: aRun({ state: 'paused' }), events })).toMatchObject({ group: 'agent architect' });
    expect(stoppedBy({ summary: aRun({ state: 'working' }), events })).toBeNull();
    expect(stoppedBy({ summary: aRun({ state: 'paused' }), events: numbered([said('so')]) })).toBeNull();
  });

  it('is none that nobody may raise, and no mere alert', () => {
    expect(raisable(ofAgent)).toMatchObject({ limit: 1, raiseTo: 2 });
    expect(raisable(fixed)).toBeNull();
    expect(raisable({ ...ofAgent, state: 'alert' })).toBeNull();
  });

  it.each<[Partial<BudgetShown>, string, string]>([
    [{}, 'agent architect in the latest task', '$1.00'],
    [{ group: null }, 'the latest task', '$1.00'],
    [{ group: null, window: 'day' }, 'today', '$1.00'],
    [{ group: null, unit: 'tokens', window: 'day' }, 'tokens of today', '1 tokens'],
  ])('is named by what it limits', (changes, words, amount) => {
    const limit = { ...ofAgent, ...changes };
    expect([limitWords(limit), amountWords(limit, 1)]).toEqual([words, amount]);
  });

  it.each<['usd' | 'tokens', string, boolean]>([
    ['usd', '1.50', true],
    ['usd', ' 2 ', true],
    ['usd', '1', false],
    ['usd', '', false],
    ['usd', '1e9', false],
    ['tokens', '2', true],
    ['tokens', '1.5', false],
    ['tokens', '-2', false],
  ])('%s takes %j: %s', (unit, text, isTaken) => {
    const limit = { ...ofAgent, unit, raiseTo: 2 };
    expect(refusalOf(limit, text) === '').toBe(isTaken);
  });

  it('is never proposed as less than it is, however small', () => {
    const limit = { ...ofAgent, limit: 0.0005, raiseTo: 0.001 };
    expect(refusalOf(limit, '')).toBe('An amount above 0.0005, such as 0.001');
  });
});
