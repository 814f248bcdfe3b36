import type { Node } from 'oxc-parser';
import { find, nameOf, walk } from '../syntax.ts';
import { violation, type Rule } from '../rule.ts';

const permitFile = 'server/src/policy/permit.ts';

/** Nothing is declared to be a permit by the word of its author. */
export const noPermitCasts: Rule = {
  name: 'no cast to a permit',
  why: 'the compiler refuses a forged permit unless it is told to look away; isPermit would still refuse it, but it must not come that far (invariant 1)',
  about: [permitFile],
  find: (house) =>
    [...house.files.values()]
      .filter(({ path }) => path !== permitFile)
      .flatMap((file) =>
        find(file.program, ({ node }) => {
          switch (node.type) {
            case 'TSAsExpression':
            case 'TSTypeAssertion':
              return namesPermit(node.typeAnnotation);
            case 'TSTypePredicate':
              return node.typeAnnotation !== null && namesPermit(node.typeAnnotation);
            default:
              return false;
          }
        }).map(({ node }) =>
          violation(
            file,
            node,
            `says that something is a permit instead of asking isPermit: ${file.text.slice(node.start, node.end).split('\n', 1)[0] ?? ''}`,
          ),
        ),
      ),
  plants: [
    plant('a literal', "const permit = { action, actionDigest: '', policyHash: '', runId } as Permit;"),
    plant('through unknown', 'const permit = {} as unknown as Permit<Command>;'),
    plant('in the old form', 'const permit = <Permit>{};'),
    plant('as a member', 'const deps = {} as { readonly permit: Permit };'),
    plant(
      'as a function that says yes',
      'export function isAllowed(value: unknown): value is Permit { return value !== null; }',
    ),
    plant('as what a function takes', 'send(forged as Parameters<Model["send"]>[0] & Permit);'),
  ],
};

function namesPermit(type: Node): boolean {
  let isNamed = false;
  walk(type, ({ node, parent }) => {
    const isPredicateName = parent?.type === 'TSTypePredicate' && node === parent.parameterName;
    if (!isPredicateName && nameOf(node) === 'Permit') isNamed = true;
  });
  return isNamed;
}

function plant(title: string, text: string) {
  return { title, files: { 'server/src/gateway/gateway.ts': text }, says: 'instead of asking isPermit' } as const;
}
