import { violation, type Rule } from '../rule.ts';

/** No file only hands on what others export. */
export const noBarrels: Rule = {
  name: 'no barrels',
  why: 'a barrel hides from where a thing comes, loads everything for one name, and makes cycles; import from the file that has it',
  about: ['server/src/'],
  find: (house) =>
    [...house.files.values()].flatMap((file) => {
      const { body } = file.program;
      const isBarrel =
        body.length > 0 &&
        body.every(
          (node) =>
            node.type === 'ExportAllDeclaration' ||
            node.type === 'ImportDeclaration' ||
            (node.type === 'ExportNamedDeclaration' && node.declaration === null),
        );
      const isReExporting = body.some((node) => node.type !== 'ImportDeclaration');
      return isBarrel && isReExporting ? [violation(file, { start: 0 }, 'only re-exports what other files have')] : [];
    }),
  plants: [
    {
      title: 'an index',
      files: { 'server/src/runs/index.ts': "export * from './loop.ts';\nexport { runState } from './runState.ts';" },
      says: 'only re-exports',
    },
    {
      title: 'an index in two steps',
      files: { 'server/src/runs/index.ts': "import { loop } from './loop.ts';\nexport { loop };" },
      says: 'only re-exports',
    },
    {
      title: 'an index of types',
      files: { 'server/src/runs/types.ts': "export type { RunState } from './runState.ts';" },
      says: 'only re-exports',
    },
  ],
};
