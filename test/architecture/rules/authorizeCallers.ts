import { violation, type Rule } from '../rule.ts';

const authorizeFile = 'server/src/policy/authorize.ts';

/** Only the gateway turns a decision into a permit. */
export const authorizeCallers: Rule = {
  name: 'only the gateway authorizes',
  why: 'a decision is a plain object, so whoever may call authorize could bring a decision of its own; the gateway brings the one that policy made and records it first (invariant 1)',
  about: [authorizeFile, 'server/src/gateway/gateway.ts'],
  find: (house) =>
    [...house.files.values()]
      .filter(({ path }) => !path.startsWith('server/src/gateway/'))
      .flatMap((file) =>
        file.imports
          .filter(({ target, isType }) => !isType && target.kind === 'file' && target.path === authorizeFile)
          .map((found) => violation(file, found, 'imports policy/authorize.ts, which only gateway/ may')),
      ),
  plants: [
    plant('the loop authorizes', 'server/src/runs/loop.ts', "import { authorize } from '../policy/authorize.ts';"),
    plant(
      'a command authorizes, later',
      'server/src/cli/run.ts',
      "const { authorize } = await import('../policy/authorize.ts');",
    ),
    plant(
      'policy hands authorize on',
      'server/src/policy/evaluate.ts',
      "export { authorize } from './authorize.ts';\nexport const evaluate = 1;",
    ),
  ],
};

function plant(title: string, file: string, text: string) {
  return { title, files: { [file]: text }, says: 'only gateway/ may' } as const;
}
