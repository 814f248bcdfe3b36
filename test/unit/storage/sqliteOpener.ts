import { openDatabase, transaction } from '../../../server/src/storage/sqlite.ts';

// A process of its own for the database's tests: opens (and so creates or migrates) it and adds rows.

const database = openDatabase(process.argv[2] ?? '', [
  'CREATE TABLE numbers (value INTEGER PRIMARY KEY AUTOINCREMENT)',
]);
for (let row = 0; row < 50; row += 1) {
  transaction(database, () => database.exec('INSERT INTO numbers DEFAULT VALUES'));
}
if (process.argv[3] === 'die') process.kill(process.pid, 'SIGKILL');
database.close();
