import { isIn, pureFiles, pureImports } from '../reach.ts';
import type { Import } from '../imports.ts';
import { violation, type Rule } from '../rule.ts';

/** What decides, counts and chains loads nothing that touches the world. */
export const pureImportsOnly: Rule = {
  name: 'pure files load pure files',
  why: 'the same action must get the same answer everywhere; what reads a clock, the disk or the network answers differently tomorrow',
  about: ['server/protocol/', ...pureFiles],
  find: (house) =>
    [...house.files.values()]
      .filter(({ path }) => isIn(path, pureFiles))
      .flatMap((file) =>
        file.imports.flatMap((found) => {
          const problem = problemOf(found);
          return problem === null ? [] : [violation(file, found, `must stay pure, but ${problem}`)];
        }),
      ),
  plants: [
    plant('policy reads the disk', 'server/src/policy/paths.ts', "import { lstatSync } from 'node:fs';", 'node:fs'),
    plant(
      'policy waits',
      'server/src/policy/paths.ts',
      "import { setTimeout as wait } from 'node:timers/promises';",
      'node:timers/promises',
    ),
    plant(
      'policy rolls dice',
      'server/src/policy/paths.ts',
      "import { randomBytes } from 'node:crypto';",
      'randomBytes',
    ),
    plant(
      'policy takes everything of crypto',
      'server/src/policy/paths.ts',
      "import * as hashing from 'node:crypto';",
      'node:crypto',
    ),
    plant('policy reads where it is', 'server/src/policy/paths.ts', "import os from 'node:os';", 'node:os'),
    plant(
      'policy uses the part of base that writes',
      'server/src/policy/paths.ts',
      "import { writeFileAtomically } from '../base/atomicFile.ts';",
      'base/atomicFile.ts',
    ),
    plant(
      'policy uses the part of base that knows the time',
      'server/src/policy/paths.ts',
      "import { systemClock } from '../base/clock.ts';",
      'base/clock.ts',
    ),
    plant(
      'prices come from a database',
      'server/src/cost/price.ts',
      "import { openLedger } from './openLedger.ts';",
      'openLedger.ts',
    ),
    plant(
      'the chain opens its file',
      'server/src/audit/chain/chain.ts',
      "export { openChainFile } from '../write/chainFile.ts';\nexport const x = 1;",
      'chainFile.ts',
    ),
    plant(
      'a transition saves',
      'server/src/runs/transition.ts',
      "import { saveRun } from './runStore.ts';",
      'runStore.ts',
    ),
    plant(
      'a price list is loaded',
      'server/src/cost/price.ts',
      "import { calcPrice } from '@pydantic/genai-prices';",
      '@pydantic/genai-prices',
    ),
  ],
};

function problemOf({ target, isType, names, written }: Import): string | null {
  if (isType) return null;
  if (target.kind === 'file') {
    return isIn(target.path, pureFiles) ? null : `loads ${target.path}, which is not among the pure files`;
  }
  const name = target.kind === 'builtin' ? `node:${target.name}` : target.name;
  const allowed = Object.hasOwn(pureImports, name) ? (pureImports[name] ?? []) : [];
  if (allowed.includes('*')) return null;
  const refused = names.filter((wanted) => !allowed.includes(wanted));
  if (allowed.length > 0 && names.length > 0 && refused.length === 0) return null;
  return `loads ${refused.length > 0 && !refused.includes('*') ? `${refused.join(', ')} of ` : ''}"${written}"`;
}

function plant(title: string, file: string, text: string, says: string) {
  return { title, files: { [file]: text }, says } as const;
}
