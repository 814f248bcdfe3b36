import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeDurable } from '../../../server/src/storage/makeDurable.ts';
import { openDatabase } from '../../../server/src/storage/sqlite.ts';
import { aFolder } from '../cost/aLedger.ts';

test('what was committed is made durable, and it fails where the log of it is gone', async () => {
  const file = `${aFolder()}/loki.db`;
  const database = openDatabase(file, ['CREATE TABLE t (x INTEGER) STRICT']);
  try {
    database.exec('INSERT INTO t VALUES (1)');
    await makeDurable(database);
    rmSync(`${file}-wal`);
    await expect(makeDurable(database)).rejects.toMatchObject({ code: 'ledger_unusable' });
  } finally {
    database.close();
  }
});
