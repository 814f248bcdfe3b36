import { budget } from './families/budget.ts';
import { git } from './families/git.ts';
import { models } from './families/models.ts';
import { fetches, network } from './families/network.ts';
import { outside } from './families/outside.ts';
import { persistence } from './families/persistence.ts';
import { secrets } from './families/secrets.ts';
import { services } from './families/services.ts';
import { wrappers } from './families/wrappers.ts';
import type { Family } from './hostileCase.ts';

/** What hostile agents try, in the order in which it is told: the worst first. */
export const corpus: readonly Family[] = [
  persistence,
  secrets,
  outside,
  wrappers,
  network,
  git,
  services,
  fetches,
  models,
  budget,
];
