import type { Node } from 'oxc-parser';
import type { House, SourceFile } from '../house.ts';
import { find, isReference, nameOf, textOf } from '../syntax.ts';
import { violation, type Rule, type Violation } from '../rule.ts';

const permitFile = 'server/src/policy/permit.ts';
const authorizeFile = 'server/src/policy/authorize.ts';
const forAll = ['Permit', 'isPermit'];

/** `issuePermit` is known to `policy/authorize.ts` and to nobody else. */
export const permitMaker: Rule = {
  name: 'one maker of permits',
  why: 'a permit proves that policy allowed this very action; whoever else could make one could act without being asked (invariant 1)',
  about: [permitFile, authorizeFile],
  find: (house) =>
    [...house.files.values()]
      .flatMap((file) => [...importsOfMaker(file), ...(file.path === authorizeFile ? leaks(file) : [])])
      .concat(exportsOfPermit(house)),
  plants: [
    plant(
      'the gateway makes permits',
      'server/src/gateway/gateway.ts',
      "import { issuePermit } from '../policy/permit.ts';",
      'issuePermit',
    ),
    plant(
      'the gateway makes permits by another name',
      'server/src/gateway/gateway.ts',
      "import { issuePermit as allow } from '../policy/permit.ts';",
      'issuePermit',
    ),
    plant(
      'a tool takes the whole module',
      'server/src/tools/readFile.ts',
      "import * as permits from '../policy/permit.ts';",
      'everything',
    ),
    plant(
      'a tool loads the module late',
      'server/src/tools/readFile.ts',
      "const permits = await import('../policy/permit.ts');",
      'everything',
    ),
    plant(
      'a tool takes the type of the maker',
      'server/src/tools/readFile.ts',
      "import type { issuePermit } from '../policy/permit.ts';",
      'issuePermit',
    ),
    plant(
      'policy hands the maker on',
      'server/src/policy/answer.ts',
      "export { issuePermit } from '../policy/permit.ts';\nexport const x = 1;",
      'issuePermit',
    ),
    plant(
      'policy hands everything on',
      'server/src/policy/answer.ts',
      "export * from './permit.ts';\nexport const x = 1;",
      'everything',
    ),
    plant(
      'authorize hands the maker on',
      authorizeFile,
      "import { issuePermit } from './permit.ts';\nexport function authorize() { return issuePermit(); }\nexport const make = issuePermit;",
      'outside of authorize',
    ),
    plant(
      'authorize has a second maker',
      authorizeFile,
      "import { issuePermit } from './permit.ts';\nexport function authorizeAnyway() { return issuePermit(); }",
      'outside of authorize',
    ),
    plant('the class is exported', permitFile, 'export class ActionPermit {}', 'ActionPermit'),
    plant(
      'the class is exported afterwards',
      permitFile,
      'class ActionPermit {}\nexport { ActionPermit };\nexport const isPermit = 1;',
      'ActionPermit',
    ),
    plant('the token is exported', permitFile, "export const token = Symbol('permit');", 'token'),
  ],
};

function importsOfMaker(file: SourceFile): readonly Violation[] {
  const allowed = file.path === authorizeFile ? [...forAll, 'issuePermit'] : forAll;
  return file.imports.flatMap((found) => {
    if (found.target.kind !== 'file' || found.target.path !== permitFile) return [];
    const refused = found.names.filter((name) => !allowed.includes(name));
    if (refused.length === 0) return [];
    const what = refused.includes('*') ? 'everything' : refused.join(', ');
    return [
      violation(
        file,
        found,
        `takes ${what} from policy/permit.ts, of which all but policy/authorize.ts may take only ${forAll.join(' and ')}`,
      ),
    ];
  });
}

/** Uses of the maker in `authorize.ts` other than calling it inside `authorize`. */
function leaks(file: SourceFile): readonly Violation[] {
  const inside = find(
    file.program,
    ({ node }) => node.type === 'FunctionDeclaration' && nameOf(node.id) === 'authorize',
  );
  const uses = find(
    file.program,
    (spot) => nameOf(spot.node) === 'issuePermit' && isReference(spot) && spot.parent?.type !== 'ImportSpecifier',
  );
  return uses
    .filter(({ node, parent, key }) => {
      const isCall = parent?.type === 'CallExpression' && key === 'callee';
      return !isCall || !inside.some((place) => place.node.start <= node.start && node.end <= place.node.end);
    })
    .map(({ node }) =>
      violation(file, node, 'uses issuePermit outside of authorize, which checks the decision and the approval first'),
    );
}

/** What leaves `permit.ts` besides the three that may: a name for the class or the token would be enough to forge. */
function exportsOfPermit(house: House): readonly Violation[] {
  const file = house.files.get(permitFile);
  if (file === undefined) return [];
  return file.program.body.flatMap((node) => {
    const refused = exportedNames(node).filter((name) => ![...forAll, 'issuePermit'].includes(name));
    if (refused.length === 0) return [];
    const what = refused.join(', ');
    return [violation(file, node, `exports ${what}; only Permit, isPermit and issuePermit may leave this file`)];
  });
}

function exportedNames(node: Node): readonly string[] {
  if (node.type === 'ExportAllDeclaration') return ['everything of another file'];
  if (node.type === 'ExportDefaultDeclaration') return ['default'];
  if (node.type !== 'ExportNamedDeclaration') return [];
  const { declaration, specifiers } = node;
  if (declaration === null) return specifiers.map(({ exported }) => nameOf(exported) ?? textOf(exported) ?? '');
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.map(({ id }) => nameOf(id) ?? 'a pattern of names');
  }
  return ['id' in declaration ? (nameOf(declaration.id) ?? 'something without a name') : 'something without a name'];
}

function plant(title: string, file: string, text: string, says: string) {
  return { title, files: { [file]: text }, says } as const;
}
