import { isIn, networkFiles, pureFiles } from '../arrows.ts';
import { find, isReference, nameOf } from '../syntax.ts';
import { violation, type Rule } from '../rule.ts';

const names = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);

/** Which files speak to the network. */
export const listedNetworkFiles: Rule = {
  name: 'listed network files',
  why: 'nothing leaves the machine unless it was decided and recorded, so the few files that can send are listed in test/architecture/arrows.ts',
  about: ['server/src/models/guardedFetch.ts'],
  find: (house) => [...house.files.values()]
    // Pure files may not even name these: they have a rule of their own.
    .filter(({ path }) => !Object.hasOwn(networkFiles, path) && !isIn(path, pureFiles))
    .flatMap((file) => {
      const own = new Set(find(file.program, ({ node, key, parent }) => nameOf(node) !== null && isBinding(parent, key)).map(({ node }) => nameOf(node)));
      return find(file.program, (spot) => {
        const name = nameOf(spot.node);
        return name !== null && names.has(name) && isReference(spot) && !own.has(name) && spot.parent?.type !== 'TSTypeQuery' && spot.parent?.type !== 'TSTypeReference';
      }).map(({ node }) => violation(file, node, `uses ${nameOf(node) ?? ''}, which only ${Object.keys(networkFiles).join(', ')} may`));
    }),
  plants: [
    plant('the gateway sends', 'server/src/gateway/gateway.ts', "export const tell = () => fetch('https://example.com');"),
    plant('the gateway hands fetch out', 'server/src/gateway/gateway.ts', 'export const deps = { send: fetch };'),
    plant('a run keeps a line open', 'server/src/runs/loop.ts', "export const line = () => new WebSocket('wss://example.com');"),
  ],
};

/** Whether an identifier gives a name to something of the file's own (a parameter, a variable, a member taken out). */
function isBinding(parent: Parameters<typeof nameOf>[0] | null, key: string): boolean {
  switch (parent?.type) {
    case 'VariableDeclarator':
    case 'FunctionDeclaration':
      return key === 'id' || key === 'params';
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return key === 'params';
    case 'Property':
      // `{ fetch }` on the left side takes a member out; on the right side it is a use, of which `value` is the same name.
      return false;
    case 'ImportSpecifier':
      return key === 'local';
    default:
      return false;
  }
}

function plant(title: string, file: string, text: string) {
  return { title, files: { [file]: text }, says: 'which only' } as const;
}
