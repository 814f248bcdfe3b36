import { tryLock } from '../../../server/src/storage/lock.ts';

// A process of its own for the lock's tests: takes the lock, says so, and holds it until it is killed.

process.stdout.write(tryLock(process.argv[2] ?? '') === null ? 'busy\n' : 'held\n');
setInterval(() => undefined, 1000);
