import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { benchAppend, benchOpenMillion } from './audit/append.ts';
import { writeMillionEntries } from './audit/millionEntries.ts';
import { benchQuery } from './audit/query.ts';
import { benchVerify } from './audit/verify.ts';

// `npm run bench:audit`: what the audit log costs, beside what the machine does in the same run. Prints, asserts nothing.
// One function a section.

await benchAppend();
await benchOpenMillion();
benchVerify();
const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-bench-'));
try {
  writeMillionEntries(folder);
  await benchQuery(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
