import type { House, SourceFile } from '../house.ts';
import { exportedFunctions } from '../exportedFunctions.ts';
import { violation, type Rule } from '../rule.ts';
import { loadedFrom } from './noCycles.ts';

const handsOnly = ['server/src/tools/', 'server/src/sandbox/', 'server/src/models/'];
/** What a function may give back instead of taking a permit: something that takes one itself. */
const takers = new Set(['Sandbox', 'Model', 'Perform', 'Services']);

/** Functions that look at the machine without any action of an agent, and why that is no effect of one. */
export const withoutPermit: Readonly<Record<string, string>> = {};

/** What other rooms call in `tools/` and `sandbox/` and touches the world takes a permit. */
export const toolsTakePermits: Rule = {
  name: 'tools take permits',
  why: 'no tool runs without a permit, so a function that touches the world must demand one before others can call it (invariant 1)',
  about: ['server/src/tools/', 'server/src/sandbox/'],
  find: (house) =>
    [...house.files.values()].flatMap((caller) => {
      if (handsOnly.some((folder) => caller.path.startsWith(folder))) return [];
      return caller.imports.flatMap((found) => {
        if (found.isType || found.target.kind !== 'file') return [];
        const called = house.files.get(found.target.path);
        if (
          called === undefined ||
          !/^server\/src\/(tools|sandbox)\//.test(called.path) ||
          !touchesWorld(house, called)
        )
          return [];
        return exportedFunctions(called)
          .filter(({ name }) => found.names.includes(name) || found.names.includes('*'))
          .filter(
            ({ name, takesPermit, returns }) =>
              !takesPermit && !takers.has(returns ?? '') && !Object.hasOwn(withoutPermit, `${called.path}:${name}`),
          )
          .map(({ name }) =>
            violation(caller, found, `calls ${name} of ${called.path}, which touches the world and takes no permit`),
          );
      });
    }),
  plants: [
    plant(
      'a tool that deletes for everyone',
      "import { rmSync } from 'node:fs';\nexport function deleteAll(path: string) { rmSync(path); }",
    ),
    plant(
      'a tool as an arrow',
      "import { readFileSync } from 'node:fs';\nexport const deleteAll = (path: string) => readFileSync(path);",
    ),
    plant(
      'a tool whose hands are in another file',
      "import { hand } from './hand.ts';\nexport async function deleteAll(path: string) { await hand(path); }",
      {
        'server/src/tools/hand.ts': "import { rm } from 'node:fs/promises';\nexport const hand = rm;",
      },
    ),
    plant(
      'a tool that has a permit for something else only',
      "import { rmSync } from 'node:fs';\nexport function deleteAll(path: string, token: { permit: string }) { rmSync(path); }",
    ),
  ],
};

/** Whether a file, or one that it loads, reaches disk, processes or network. */
function touchesWorld(house: House, file: SourceFile): boolean {
  return [...loadedFrom(house, file.path).keys()].some((path) =>
    house.files
      .get(path)
      ?.imports.some(
        ({ target, isType }) =>
          !isType &&
          (target.kind === 'builtin'
            ? /^(fs|fs\/promises|child_process|net)$/.test(target.name)
            : target.kind === 'package' && target.name === 'simple-git'),
      ),
  );
}

function plant(title: string, text: string, others: Readonly<Record<string, string>> = {}) {
  return {
    title,
    files: {
      'server/src/tools/deleteAll.ts': text,
      'server/src/gateway/perform.ts':
        "import { deleteAll } from '../tools/deleteAll.ts';\nexport const perform = deleteAll;",
      ...others,
    },
    says: 'takes no permit',
  } as const;
}
