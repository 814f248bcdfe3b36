import type { Spot } from '../syntax.ts';
import { find, isReference, nameOf, textOf } from '../syntax.ts';
import { violation, type Rule } from '../rule.ts';

const hidden = new Set(['require', 'createRequire', 'eval', 'Function']);
const hiddenMembers = new Set(['getBuiltinModule', 'createRequire', 'mainModule', 'dlopen', '_load', '_linkedBinding']);

/** Every file can be parsed, and every import can be seen without running anything. */
export const followableImports: Rule = {
  name: 'imports that can be followed',
  why: 'an import that is computed or hidden in a text passes every other rule unseen',
  about: ['server/src/'],
  find: (house) =>
    [...house.files.values()].flatMap((file) => [
      ...file.problems.map((problem) =>
        violation(file, { start: 0 }, `cannot be parsed (${problem}), so no rule is checked on it`),
      ),
      ...find(file.program, (spot) => isHidden(spot, file.path)).map(({ node }) =>
        violation(
          file,
          node,
          `loads code in a way that cannot be followed: ${file.text.slice(node.start, Math.min(node.end, node.start + 60))}`,
        ),
      ),
    ]),
  plants: [
    plant('a computed import', "const name = './x.ts'; await import(name);"),
    plant('an import from pieces', "await import(`../cli/${'run'}.ts`);"),
    plant('require', "const fs = require('node:fs');"),
    plant(
      'a require of its own',
      "import { createRequire } from 'node:url'; createRequire(import.meta.url)('node:fs');",
    ),
    plant("Node's own back door", "process.getBuiltinModule('fs').rmSync('/');"),
    plant('the same, spelled otherwise', "process['getBuiltinModule']('fs');"),
    plant('eval', "eval('1');"),
    plant('a function from text', "new Function('return process')();"),
    {
      title: 'a file that is no TypeScript',
      files: { 'server/src/runs/loop.ts': 'const = ;' },
      says: 'cannot be parsed',
    },
  ],
};

function isHidden(spot: Spot, file: string): boolean {
  const { node, parent, key } = spot;
  if (node.type === 'ImportExpression') return textOf(node.source) === null;
  if (node.type === 'MemberExpression') {
    const name = node.computed ? textOf(node.property) : nameOf(node.property);
    return name !== null && hiddenMembers.has(name);
  }
  const name = nameOf(node);
  if (name === null || !hidden.has(name) || !isReference(spot)) return false;
  if (name === 'Function' && parent?.type === 'TSTypeReference') return false;
  // CommonJS files may write require('…'): it is read as an import. `require.resolve` loads nothing.
  const isCall = parent?.type === 'CallExpression' && key === 'callee' && textOf(parent.arguments[0]) !== null;
  const isSearch = parent?.type === 'MemberExpression' && nameOf(parent.property) === 'resolve';
  return !(file.endsWith('.cjs') && name === 'require' && (isCall || isSearch));
}

function plant(title: string, text: string) {
  return { title, files: { 'server/src/runs/loop.ts': text }, says: 'cannot be followed' } as const;
}
