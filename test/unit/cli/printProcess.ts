import { createContext } from '../../../server/src/cli/context.ts';

// A process of its own for the context's test: prints until nobody reads, and says so.

const ctx = createContext();
let lines = 0;
while (ctx.hasReader?.() === true && lines < 1_000_000) {
  ctx.print(`${'x'.repeat(100)}\n`);
  lines += 1;
}
ctx.tell(lines < 1_000_000 ? 'nobody reads\n' : 'printed all\n');
