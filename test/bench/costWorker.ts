import { spenderOf, type SpenderKind } from './costSpenders.ts';

// One of the processes of `bench:cost`: warms up, says that it is ready, and does as many pairs as it is told.

const [kind = 'ledger', home = ''] = process.argv.slice(2);
const spender = spenderOf(kind as SpenderKind, home);
for (let warmUp = 0; warmUp < 1000; warmUp += 1) spender.pair();
process.once('message', (rounds) => {
  for (let round = 0; round < Number(rounds); round += 1) spender.pair();
  spender.close();
  process.send?.(Number(rounds));
  process.disconnect();
});
process.send?.('ready');
