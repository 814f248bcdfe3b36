import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { aLedger, reserved } from './aLedger.ts';
import { aRequest, limitsOf } from './aRequest.ts';

describe('a day that cannot be', () => {
  it.each([
    ['of something held', `UPDATE cost_holds SET day = 'zzz'`],
    ['of something spent', `UPDATE cost_windows SET key = '2026-3-1x' WHERE kind = 'day'`],
  ])('%s opens no window in which nothing is spent yet', (_name, damage) => {
    const { ledger, lokiHome } = aLedger();
    const limits = limitsOf({ day: 6000 });
    ledger.settle(reserved(ledger, { limits }).reservationId, null);
    reserved(ledger, { limits });
    const database = new DatabaseSync(path.join(lokiHome, 'loki.db'));
    database.exec(damage);
    database.close();
    expect(() => ledger.reserve(aRequest({ limits }))).toThrow(expect.objectContaining({ code: 'ledger_unusable' }));
  });
});
