import { benchAction } from './action.ts';
import { benchCli } from './cli.ts';

// `npm run bench`: what Loki itself costs, next to what the machine does in the same run. Prints, asserts nothing.

await benchCli();
await benchAction();
