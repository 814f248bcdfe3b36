import { describe, expect, it } from 'vitest';
import type { BurnDown } from '#protocol/cost';
import { burnLine } from '../../../webview/src/cost/burnLine.ts';

const at = '2026-11-22T12:00:00.000Z';

function burn(part: Partial<BurnDown['state']>, rate = 0): BurnDown {
  return {
    window: 'day',
    key: '2026-11-22',
    state: {
      spentUsd: 5,
      reservedUsd: 0,
      limitUsd: 10,
      forecast: { ratePerMinuteUsd: rate, exhaustedAt: null, resetsAt: '2026-11-23T00:00:00.000Z' },
      ...part,
    },
    startsAt: '2026-11-22T00:00:00.000Z',
    points: [{ at: '2026-11-22T06:00:00.000Z', spentUsd: 5 }],
  };
}

describe('a burn-down', () => {
  it('steps up where money was spent, and ends now', () => {
    const { spent, projection, limitY, thresholdY } = burnLine(burn({}), at, 0.8);
    expect(spent).toBe('0,100 25,100 25,54.55 50,54.55');
    expect(projection).toBeNull();
    expect(limitY).toBe(9.09);
    expect(thresholdY).toBe(27.27);
  });

  it('goes on at the present rate, no further than the picture', () => {
    expect(burnLine(burn({}, 0.001), at, 0.8).projection).toBe('50,54.55 100,48');
    const { projection } = burnLine(burn({}, 1), at, 0.8);
    expect(projection).toMatch(/^50,[\d.]+ 50\.\d+,0$/);
  });

  it('has no limit to draw where none is set', () => {
    expect(burnLine(burn({ limitUsd: null }), at, 0.8)).toMatchObject({ limitY: null, thresholdY: null });
  });

  it('stays a picture where nothing was spent and time stands still', () => {
    const empty = { ...burn({ spentUsd: 0, limitUsd: null }), points: [], startsAt: at };
    expect(burnLine(empty, at, 0.8).spent).not.toContain('NaN');
  });
});
