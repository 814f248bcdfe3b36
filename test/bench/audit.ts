import { benchAppend, benchOpenMillion } from './audit/append.ts';
import { benchVerify } from './audit/verify.ts';

// `npm run bench:audit`: what the audit log costs, beside what the machine does in the same run. Prints, asserts nothing.
// One function a section.

await benchAppend();
await benchOpenMillion();
benchVerify();
