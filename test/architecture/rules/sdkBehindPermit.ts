import type { House, SourceFile } from '../house.ts';
import { violation, type Rule, type Violation } from '../rule.ts';
import { loadedFrom } from './noCycles.ts';

const sdk = 'server/src/models/sdk.ts';
const door = 'server/src/models/load.ts';
const permitFile = 'server/src/policy/permit.ts';

/** The libraries that send to models stand behind `models/load.ts`, which demands the permit. */
export const sdkBehindPermit: Rule = {
  name: 'the SDK behind the permit',
  why: 'sdk.ts sends whatever it is given, because its bundle has copies of our classes and could not tell a permit from a forgery; models/load.ts demands the permit, so it must be the only way in (invariant 1)',
  about: [sdk, door],
  find: (house) => {
    const behind = new Set(loadedFrom(house, sdk).keys());
    return [...house.files.values()].flatMap((file) => [
      ...waysPast(house, behind, file),
      ...(behind.has(file.path) ? permitsBehind(file) : []),
    ]);
  },
  plants: [
    plant('the gateway loads the SDK itself', {
      'server/src/gateway/modelGateway.ts': "const { openProvider } = await import('../models/sdk.ts');",
    }),
    plant('a room hands it on', {
      'server/src/models/open.ts': "export { openProvider } from './sdk.ts';\nexport const x = 1;",
    }),
    plant('a second file sends', {
      'server/src/models/quick.ts': "import { generateText } from 'ai';\nexport const quick = generateText;",
    }),
    plant('a file of the SDK has a second door', {
      'server/src/models/sdk.ts': "import { tools } from './sdkTools.ts';\nexport const x = tools;",
      'server/src/models/sdkTools.ts': "import { tool } from 'ai';\nexport const tools = tool;",
      'server/src/runs/loop.ts': "import { tools } from '../models/sdkTools.ts';\nexport const x = tools;",
    }),
    {
      title: 'a check behind the door that a forgery would pass or a permit fail',
      files: { [sdk]: "import { isPermit } from '../policy/permit.ts';\nexport const x = isPermit;" },
      says: 'another copy of the class',
    },
  ],
};

/** Imports by which somebody outside comes to the libraries without passing the door. */
function waysPast(house: House, behind: ReadonlySet<string>, file: SourceFile): readonly Violation[] {
  return file.imports.flatMap((found) => {
    if (found.isType || behind.has(file.path)) return [];
    const { target } = found;
    // Other rooms may not know these libraries at all: that is the rule of known packages.
    const isInModels = file.path.startsWith('server/src/models/');
    if (target.kind === 'package' && isSdk(target.name) && isInModels)
      return [violation(file, found, `loads "${found.written}", but is not loaded by models/sdk.ts`)];
    if (target.kind !== 'file' || (target.path === sdk && file.path === door)) return [];
    const sends =
      target.path === sdk ||
      house.files
        .get(target.path)
        ?.imports.some((item) => !item.isType && item.target.kind === 'package' && isSdk(item.target.name));
    return sends === true && behind.has(target.path)
      ? [violation(file, found, `loads ${target.path}, which is not loaded but through models/load.ts`)]
      : [];
  });
}

function permitsBehind(file: SourceFile): readonly Violation[] {
  return file.imports
    .filter(({ isType, target }) => !isType && target.kind === 'file' && target.path === permitFile)
    .map((found) =>
      violation(
        file,
        found,
        'asks about permits in the bundle of models, where permit.ts is another copy of the class',
      ),
    );
}

function isSdk(name: string): boolean {
  return name === 'ai' || name.startsWith('@ai-sdk/');
}

function plant(title: string, files: Readonly<Record<string, string>>) {
  return { title, files, says: 'loaded' } as const;
}
