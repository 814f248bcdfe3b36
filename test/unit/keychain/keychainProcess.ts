import { openKeychain } from '../../../server/src/keychain/openKeychain.ts';

// Keeps, reads and removes a key in the keychain of whatever session it is started in, and prints what came of it.

const keychain = openKeychain();
const written = await keychain.write('anthropic', 'a-key');
const read = await keychain.read('anthropic');
const removed = await keychain.remove('anthropic');
const after = await keychain.read('anthropic');
process.stdout.write(JSON.stringify({ written, read, removed, after }));
process.exit();
