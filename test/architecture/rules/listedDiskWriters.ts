import { diskWriters, isIn, pureFiles } from '../reach.ts';
import type { SourceFile } from '../house.ts';
import type { Import } from '../imports.ts';
import { find, nameOf, textOf } from '../syntax.ts';
import { violation, type Rule } from '../rule.ts';

const writing =
  /^(append|chmod|chown|copyFile|cp$|cpSync|createWriteStream|fchmod|fchown|fsync|ftruncate|futimes|lchmod|lchown|link|lutimes|mkdir|mkdtemp|rename|rm$|rmSync|rmdir|symlink|truncate|unlink|utimes|write)/;
const atomicFile = 'server/src/base/atomicFile.ts';

/** Which files write to the disk. */
export const listedDiskWriters: Rule = {
  name: 'listed disk writers',
  why: 'effects caused by agents happen only in tools, sandbox and models (invariant 1), and what Loki keeps for itself is written in few places that are listed in test/architecture/reach.ts',
  about: ['server/src/tools/', 'server/src/audit/', atomicFile],
  find: (house) =>
    [...house.files.values()]
      // Pure files may not even read: they have a rule of their own.
      .filter(({ path }) => !isIn(path, [...Object.keys(diskWriters), ...pureFiles]))
      .flatMap((file) =>
        writesOf(file).map((found) =>
          violation(file, found, `can write to the disk (${found.what}), and is not among the listed disk writers`),
        ),
      ),
  plants: [
    plant(
      'the gateway writes',
      'server/src/gateway/gateway.ts',
      "import { writeFile } from 'node:fs/promises';",
      'writeFile',
    ),
    plant('a gate deletes', 'server/src/gates/runGates.ts', "import { rmSync as tidy } from 'node:fs';", 'rmSync'),
    plant(
      'configuration takes the whole disk',
      'server/src/config/loadConfig.ts',
      "import fs from 'node:fs';",
      'all of node:fs',
    ),
    plant(
      'an agent file is replaced',
      'server/src/agents/loadRoster.ts',
      "import { writeFileAtomically } from '../base/atomicFile.ts';",
      'writeFileAtomically',
    ),
    plant(
      'a file is opened to be written',
      'server/src/config/loadConfig.ts',
      "import { open } from 'node:fs/promises';\nconst file = await open('x', 'a');",
      "open(…, 'a')",
    ),
    plant(
      'a file is opened to be written, by number',
      'server/src/config/loadConfig.ts',
      "import { constants, openSync } from 'node:fs';\nconst fd = openSync('x', constants.O_WRONLY | constants.O_CREAT);",
      'O_WRONLY',
    ),
  ],
};

/** What in a file can write to the disk. */
export function writesOf(file: SourceFile): readonly { readonly start: number; readonly what: string }[] {
  const found = file.imports
    .filter(({ isType }) => !isType)
    .flatMap((item) => writingNames(item).map((what) => ({ start: item.start, what })));
  const canOpen = file.imports.some(
    ({ target, names }) => isFs(target) && names.some((name) => name === 'open' || name === 'openSync'),
  );
  if (!canOpen) return found;
  const opened = find(file.program, ({ node }) => openForWriting(node) !== null);
  return [...found, ...opened.map(({ node }) => ({ start: node.start, what: openForWriting(node) ?? '' }))];
}

function writingNames({ target, names }: Import): readonly string[] {
  if (target.kind === 'file' && target.path === atomicFile) return names;
  if (!isFs(target)) return [];
  if (names.some((name) => name === '*' || name === 'default' || name === 'promises')) return ['all of node:fs'];
  return names.filter((name) => writing.test(name));
}

function isFs(target: Import['target']): boolean {
  return target.kind === 'builtin' && (target.name === 'fs' || target.name === 'fs/promises');
}

function openForWriting(node: Parameters<typeof nameOf>[0]): string | null {
  if (node?.type === 'MemberExpression') {
    const flag = nameOf(node.property);
    return flag !== null && /^O_(WRONLY|RDWR|CREAT|APPEND|TRUNC)$/.test(flag) ? flag : null;
  }
  if (node?.type !== 'CallExpression') return null;
  const name = nameOf(node.callee);
  const flags = textOf(node.arguments[1]);
  return (name === 'open' || name === 'openSync') && flags !== null && /[wa+]/.test(flags)
    ? `${name}(…, '${flags}')`
    : null;
}

function plant(title: string, file: string, text: string, says: string) {
  return { title, files: { [file]: text }, says } as const;
}
