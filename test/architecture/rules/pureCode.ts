import type { Node } from 'oxc-parser';
import { isIn, pureFiles } from '../reach.ts';
import { find, isReference, nameOf, type Spot } from '../syntax.ts';
import { violation, type Rule } from '../rule.ts';

/** Names of the world that need no import. */
const worldly = new Set([
  'process',
  'globalThis',
  'global',
  'navigator',
  'console',
  'fetch',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'crypto',
  'Temporal',
  'Promise',
  'Atomics',
  'SharedArrayBuffer',
  'FinalizationRegistry',
  'WeakRef',
]);

/** No clock, no disk, no network, no chance, no promise in files that must be pure: by syntax, not by text. */
export const pureCode: Rule = {
  name: 'pure files wait for nothing',
  why: 'a decision that waits, or that asks the clock, the environment or chance, can be raced, and cannot be explained afterwards',
  about: ['server/src/policy/', ...pureFiles],
  find: (house) =>
    [...house.files.values()]
      .filter(({ path }) => isIn(path, pureFiles))
      .flatMap((file) =>
        find(file.program, (spot) => problemOf(spot) !== null).map((spot) =>
          violation(file, spot.node, `must stay pure, but ${problemOf(spot) ?? ''}`),
        ),
      ),
  plants: [
    plant('an async function', 'export async function evaluate() {}', 'is async'),
    plant('an async arrow', 'export const evaluate = async () => 0;', 'is async'),
    plant('an async method', 'export const policy = { async evaluate() {} };', 'is async'),
    plant('await', 'const answer = await later;', 'waits'),
    plant('for await', 'for await (const answer of answers) said(answer);', 'waits'),
    plant('a promise', 'export const answer = Promise.resolve(1);', 'Promise'),
    plant('the type of a promise', 'export type Answer = Promise<number>;', 'Promise'),
    plant('the clock', 'export const at = () => Date.now();', 'the clock'),
    plant('the clock as a date', 'export const at = () => new Date();', 'the clock'),
    plant('the clock as a text', 'export const at = () => Date();', 'the clock'),
    plant('the clock by another name', 'const D = Date; export const at = () => new D();', 'the clock'),
    plant('a stopwatch', 'export const at = () => performance.now();', 'performance'),
    plant('chance', 'export const coin = () => Math.random();', 'chance'),
    plant('chance, taken out of its object', 'const { random } = Math; export const coin = () => random();', 'chance'),
    plant('chance, spelled otherwise', "export const coin = () => Math['random']();", 'chance'),
    plant('the environment', "export const isCi = () => process.env['CI'] !== undefined;", 'process'),
    plant(
      'the environment through the global object',
      'export const env = () => globalThis.process.env;',
      'globalThis',
    ),
    plant('the network', "export const ask = () => fetch('https://example.com');", 'fetch'),
    plant('a timer', 'setTimeout(() => undefined, 1);', 'setTimeout'),
    {
      title: 'a budget that asks the clock',
      files: { 'server/src/cost/budget.ts': 'export const isNewDay = () => new Date().getUTCHours() === 0;' },
      says: 'the clock',
    },
    {
      title: 'a contract that waits',
      files: { 'server/protocol/run.ts': 'export const later = async () => 1;' },
      says: 'is async',
    },
  ],
};

function problemOf(spot: Spot): string | null {
  const { node } = spot;
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.async ? 'a function is async' : null;
    case 'AwaitExpression':
      return 'it waits';
    case 'ForOfStatement':
      return node.await ? 'it waits' : null;
    case 'VariableDeclaration':
      return node.kind === 'await using' ? 'it waits' : null;
    case 'Identifier':
      return isReference(spot) ? problemOfName(spot, node.name) : null;
    default:
      return null;
  }
}

function problemOfName({ parent, key }: Spot, name: string): string | null {
  if (name === 'Date' && !isDeterministicDate(parent, key)) return 'it reads the clock';
  if (name === 'Math' && !isPlainMember(parent, key, (member) => member !== 'random')) return 'it reads chance';
  return worldly.has(name) ? `it uses ${name}` : null;
}

/** `Date.parse`, `Date.UTC` and `new Date(value)` calculate; the type is no value. */
function isDeterministicDate(parent: Node | null, key: string): boolean {
  if (parent?.type === 'TSTypeReference') return true;
  if (parent?.type === 'NewExpression') return key === 'callee' && parent.arguments.length > 0;
  if (parent?.type === 'BinaryExpression') return parent.operator === 'instanceof' && key === 'right';
  return isPlainMember(parent, key, (member) => member === 'parse' || member === 'UTC');
}

function isPlainMember(parent: Node | null, key: string, isFine: (member: string) => boolean): boolean {
  if (parent?.type !== 'MemberExpression' || key !== 'object' || parent.computed) return false;
  const member = nameOf(parent.property);
  return member !== null && isFine(member);
}

function plant(title: string, text: string, says: string) {
  return { title, files: { 'server/src/policy/paths.ts': text }, says } as const;
}
