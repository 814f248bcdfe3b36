import { isIn, networkFiles, pureFiles } from '../reach.ts';
import { find, isReference, nameOf } from '../syntax.ts';
import { violation, type Rule } from '../rule.ts';

const names = new Set(['fetch', 'directFetch', 'fetchTo', 'WebSocket', 'EventSource', 'XMLHttpRequest']);

/** Which files speak to the network. */
export const listedNetworkFiles: Rule = {
  name: 'listed network files',
  why: 'nothing leaves the machine unless it was decided and recorded, so the few files that can send are listed in test/architecture/reach.ts',
  about: ['server/src/models/guardedFetch.ts'],
  find: (house) =>
    [...house.files.values()]
      // Pure files may not even name these: they have a rule of their own.
      .filter(({ path }) => !Object.hasOwn(networkFiles, path) && !isIn(path, pureFiles))
      .flatMap((file) =>
        find(file.program, (spot) => {
          const name = nameOf(spot.node);
          const isTyped = spot.parent?.type === 'TSTypeQuery' || spot.parent?.type === 'TSTypeReference';
          return name !== null && names.has(name) && isReference(spot) && !isTyped;
        }).map(({ node }) =>
          violation(file, node, `uses ${nameOf(node) ?? ''}, which only ${Object.keys(networkFiles).join(', ')} may`),
        ),
      ),
  plants: [
    plant(
      'the gateway sends',
      'server/src/gateway/gateway.ts',
      "export const tell = () => fetch('https://example.com');",
    ),
    plant('the gateway hands fetch out', 'server/src/gateway/gateway.ts', 'export const deps = { send: fetch };'),
    plant(
      'a run keeps a line open',
      'server/src/runs/loop.ts',
      "export const line = () => new WebSocket('wss://example.com');",
    ),
  ],
};

function plant(title: string, file: string, text: string) {
  return { title, files: { [file]: text }, says: 'which only' } as const;
}
