import type { House, SourceFile } from '../house.ts';
import { violation, type Rule, type Violation } from '../rule.ts';

/** No file loads itself, however many files lie between. Types are left out: they are gone when the program runs. */
export const noCycles: Rule = {
  name: 'no cycles',
  why: 'in a cycle the order of loading decides what is undefined, and no file of it can be understood alone',
  about: ['server/src/'],
  find: (house) => {
    const done = new Set<string>();
    const found: Violation[] = [];
    const visit = (file: SourceFile, way: readonly string[]): void => {
      if (done.has(file.path)) return;
      for (const { target, isType, start } of file.imports) {
        if (isType || target.kind !== 'file') continue;
        const at = [...way, file.path].indexOf(target.path);
        if (at >= 0) {
          const cycle = [...way, file.path].slice(at);
          found.push(violation(file, { start }, `closes a cycle of imports: ${[...cycle, target.path].join(' -> ')}`));
          continue;
        }
        const next = house.files.get(target.path);
        if (next !== undefined) visit(next, [...way, file.path]);
      }
      done.add(file.path);
    };
    for (const file of house.files.values()) visit(file, []);
    return found;
  },
  plants: [
    {
      title: 'two files that load each other',
      files: {
        'server/src/runs/a.ts': "import { b } from './b.ts';\nexport const a = () => b;",
        'server/src/runs/b.ts': "import { a } from './a.ts';\nexport const b = () => a;",
      },
      says: 'server/src/runs/a.ts -> server/src/runs/b.ts -> server/src/runs/a.ts',
    },
    {
      title: 'a cycle through a late import and a re-export',
      files: {
        'server/src/runs/a.ts': "export const a = async () => await import('./b.ts');",
        'server/src/runs/b.ts': "export { c } from './c.ts';\nexport const b = 1;",
        'server/src/runs/c.ts': "import './a.ts';\nexport const c = 1;",
      },
      says: 'closes a cycle',
    },
  ],
};

/** Every file that is loaded, at once or later, when one is; with the way to it. */
export function loadedFrom(house: House, start: string): ReadonlyMap<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>([[start, [start]]]);
  for (const [path, way] of ways) {
    for (const { target, isType } of house.files.get(path)?.imports ?? []) {
      if (!isType && target.kind === 'file' && !ways.has(target.path)) ways.set(target.path, [...way, target.path]);
    }
  }
  return ways;
}
