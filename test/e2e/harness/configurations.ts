// Configurations of the sample project that make the scripted model's one change possible, each with a different turn.

const scope = (...commands: readonly string[]): string => `scope:
  denied_paths: [infrastructure/, secrets/]
  allowed_commands: [${commands.join(', ')}]
cost:
  max_per_task: 1.00
`;

/** The agents' `npm test` needs an approval. */
export const asks = { '.loki/config.yaml': scope('git status') };

/** As above, and the meter warns from two cents on. */
export const warnsEarly = { '.loki/config.yaml': `${scope('git status')}  alert_threshold: 0.02\n` };

/** Nothing needs an approval, and the sample's two failing tests fail. */
export const fails = { '.loki/config.yaml': scope('npm test') };

/** Nothing needs an approval, and all tests pass: the result can be accepted. */
export const passes = {
  ...fails,
  'src/cart.js': `import { discountFor } from './discount.js';

/** What a cart costs, in cents. */
export function total(cart) {
  let sum = 0;
  for (const item of cart.items) {
    sum += item.priceCents * item.quantity;
  }
  return sum - discountFor(cart.code, sum);
}
`,
};

/** The tests never end; the name of their file shows in the command line of the process that runs them. */
export function endless(name: string): Readonly<Record<string, string>> {
  return {
    ...passes,
    [`test/${name}.test.js`]: `import { test } from 'node:test';

test('never ends', async () => {
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
});
`,
  };
}
