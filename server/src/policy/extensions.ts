import path from 'node:path/posix';
import type { RuleAnswer } from '#protocol/policy';
import { deny, listSource } from './answer.ts';
import type { PathFacts } from './facts.ts';
import type { PathUse } from './pathUse.ts';
import type { Scope } from './policy.ts';

/** Files that are written or deleted need one of the allowed extensions, under both of their names. */
export function judgeExtension(
  use: PathUse,
  fact: Extract<PathFacts, { kind: 'inside' }>,
  scope: Scope,
): readonly RuleAnswer[] {
  const isChanged = use.access === 'write' || use.access === 'delete';
  if (!isChanged || use.isFolder === true || fact.entry === 'folder') return [];
  const name = use.glob?.at(-1);
  const extensions = name === undefined ? [extensionOf(fact.lexical), extensionOf(fact.relative)] : [extensionOf(name)];
  return scope.extensions.flatMap((list) => {
    const allowed = new Set(list.map((entry) => normalised(entry.text)));
    const missing = extensions.find((extension) => !allowed.has(extension));
    if (missing === undefined) return [];
    return [
      deny({
        rule: 'allowed-extensions',
        reason:
          missing === '' ? 'a file without an extension is not allowed' : `files of kind ${missing} are not allowed`,
        remedy: `add the extension to allowed_extensions (now: ${list.map((entry) => entry.text).join(', ') || 'none'})`,
        source: listSource(list),
      }),
    ];
  });
}

function normalised(extension: string): string {
  const lower = extension.trim().toLowerCase();
  return lower.startsWith('.') ? lower : `.${lower}`;
}

/** Only the last extension counts; a dotfile (`.hidden`) and a name that ends with a dot have none. */
function extensionOf(file: string): string {
  const extension = path.extname(file).toLowerCase();
  return extension === '.' ? '' : extension;
}
