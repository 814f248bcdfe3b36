import { harmlessToReaders, isIn, readers } from '../reach.ts';
import { violation, type Rule } from '../rule.ts';
import { writesOf } from './listedDiskWriters.ts';
import { loadedFrom } from './noCycles.ts';

/** Opening one of these is writing, whatever the file itself imports. */
const recorders = [
  'server/src/audit/write/writer.ts',
  'server/src/audit/write/chainFile.ts',
  'server/src/cost/openLedger.ts',
  'server/src/runs/runStore.ts',
  'server/src/storage/lock.ts',
  'server/src/base/atomicFile.ts',
];

/** The commands that read load no code that writes (invariant 12). */
export const readersNeverWrite: Rule = {
  name: 'readers never write',
  why: 'whoever proves or lists the record must not be able to change, repair or lock it, not even by mistake (invariant 12)',
  about: [
    'server/src/cli/audit/verify.ts',
    'server/src/cli/cost.ts',
    'server/src/cli/policy.ts',
    'server/src/cli/scan.ts',
  ],
  find: (house) =>
    readers.flatMap((reader) => {
      const file = house.files.get(reader);
      if (file === undefined) return [];
      return [...loadedFrom(house, reader)].flatMap(([path, way]) => {
        const loaded = house.files.get(path);
        if (loaded === undefined || isIn(path, Object.keys(harmlessToReaders))) return [];
        const what = isIn(path, recorders) ? 'a recorder' : writesOf(loaded)[0]?.what;
        if (what === undefined) return [];
        return [
          violation(file, { start: 0 }, `reads only, but can reach code that writes (${what}): ${way.join(' -> ')}`),
        ];
      });
    }),
  plants: [
    plant(
      'a verifier that opens the writer',
      'server/src/cli/audit/verify.ts',
      "import { openAuditLog } from '../../audit/write/writer.ts';",
      { 'server/src/audit/write/writer.ts': 'export const openAuditLog = 1;' },
    ),
    plant(
      'a report that opens the ledger for writing, two files away',
      'server/src/cli/cost.ts',
      "import { report } from '../cost/report.ts';",
      {
        'server/src/cost/report.ts': "import { openLedger } from './openLedger.ts';\nexport const report = openLedger;",
        'server/src/cost/openLedger.ts': 'export const openLedger = 1;',
      },
    ),
    plant(
      'a check that saves a run, by a late import',
      'server/src/cli/policy.ts',
      "const { saveRun } = await import('../runs/runStore.ts');",
      { 'server/src/runs/runStore.ts': 'export const saveRun = 1;' },
    ),
    plant('a scan that keeps its findings', 'server/src/cli/scan.ts', "import { keep } from '../runs/keep.ts';", {
      'server/src/runs/keep.ts': "import { writeFile } from 'node:fs/promises';\nexport const keep = writeFile;",
    }),
  ],
};

function plant(title: string, reader: string, text: string, others: Readonly<Record<string, string>>) {
  return { title, files: { [reader]: text, ...others }, says: `${reader} -> ` } as const;
}
