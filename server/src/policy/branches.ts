import type { RuleAnswer } from '#protocol/policy';
import { allow, ask, deny, entryName, listSource } from './answer.ts';
import { matchesText } from './pathPattern.ts';
import type { Scope } from './policy.ts';

/** What would happen to a reference; read from every spelling that git understands. */
export interface RefUpdate {
  readonly target:
    | { readonly kind: 'branch'; readonly name: string }
    | { readonly kind: 'tag' }
    | { readonly kind: 'current' }
    | { readonly kind: 'every' };
  readonly isForced: boolean;
  readonly isDeleted: boolean;
}

/** Reads a refspec as `git push` would (`HEAD:refs/heads/main`, `+main`, `:main`); null for what is none. */
export function parseRefspec(text: string): RefUpdate | null {
  const isForced = text.startsWith('+');
  const spec = isForced ? text.slice(1) : text;
  if (spec === ':') return { target: { kind: 'every' }, isForced, isDeleted: false };
  const colon = spec.indexOf(':');
  const source = colon < 0 ? spec : spec.slice(0, colon);
  const target = targetOf(colon < 0 ? spec : spec.slice(colon + 1));
  return target === null ? null : { target, isForced, isDeleted: colon >= 0 && source === '' };
}

/** What scope says about one update of a reference. Denied beats allowed; what neither list names asks. */
export function judgeRefUpdate(update: RefUpdate | null, scopes: readonly Scope[]): readonly RuleAnswer[] {
  if (update === null) {
    return [
      deny({
        rule: 'branch-form',
        reason: 'this is not the name of a branch',
        remedy: 'give the plain name of one branch',
      }),
    ];
  }
  const answers = judgeTarget(update, scopes);
  const denies = scopes.some((scope) =>
    scope.commands.denied.some((entry) => /^git push (-f|--force\S*)$/.test(entry.text.trim())),
  );
  if (update.isForced && denies) {
    answers.push(
      deny({
        rule: 'forced-push',
        reason: 'it forces the push, which denied_commands forbids',
        remedy: 'push without force',
      }),
    );
  } else if (update.isForced || update.isDeleted) {
    answers.push(
      ask({
        rule: 'forced-push',
        reason: update.isDeleted ? 'it deletes a reference' : 'it may overwrite what others pushed',
        remedy: 'push without force',
      }),
    );
  }
  return answers;
}

function judgeTarget(update: RefUpdate, scopes: readonly Scope[]): RuleAnswer[] {
  const { target } = update;
  if (target.kind === 'every') {
    return [deny({ rule: 'branch-form', reason: 'it would update every branch at once', remedy: 'name one branch' })];
  }
  if (target.kind === 'current') {
    return [
      ask({ rule: 'branch-form', reason: 'it changes whatever branch is checked out', remedy: 'name the branch' }),
    ];
  }
  if (target.kind === 'tag') return [ask({ rule: 'tag', reason: 'it changes a tag', remedy: 'a person has to agree' })];
  return scopes.flatMap((scope, index) => judgeBranch(target.name, scope, index === 0));
}

function judgeBranch(name: string, scope: Scope, isEverybodys: boolean): RuleAnswer[] {
  // Some hosts and file systems take MAIN for main: what is denied is denied in every case.
  const denied = scope.branches.denied.filter((entry) => matchesText(entry.text.toLowerCase(), name.toLowerCase()));
  const answers = denied.map((entry) =>
    deny({
      rule: 'denied-branch',
      reason: `the branch ${name} is covered by denied_branches`,
      remedy: `remove or narrow the entry ${entryName(entry)} of denied_branches`,
      source: entry.source,
    }),
  );
  if (scope.branches.allowed.length === 0 && isEverybodys) {
    answers.push(
      ask({
        rule: 'allowed-branches',
        reason: `no allowed_branches are set`,
        remedy: `add ${name} to allowed_branches`,
      }),
    );
  }
  for (const list of scope.branches.allowed) {
    const entry = list.find((candidate) => matchesText(candidate.text, name));
    answers.push(
      entry === undefined
        ? ask({
            rule: 'allowed-branches',
            reason: `the branch ${name} is not in allowed_branches`,
            remedy: `add it to allowed_branches`,
            source: listSource(list),
          })
        : allow({
            rule: 'allowed-branches',
            reason: `the branch ${name} is in allowed_branches`,
            source: entry.source,
          }),
    );
  }
  return answers;
}

function targetOf(reference: string): RefUpdate['target'] | null {
  if (!isReferenceName(reference)) return null;
  const parts = /^(?:refs\/)?(heads|tags|remotes|notes)\/(.+)$/.exec(reference);
  if (parts === null) {
    if (/^HEAD$/i.test(reference)) return { kind: 'current' };
    // Other references (refs/pull/…, refs/replace/…) are no branches.
    if (reference.startsWith('refs/')) return null;
    return { kind: 'branch', name: reference };
  }
  if (parts[1] === 'heads') return { kind: 'branch', name: parts[2] ?? '' };
  return parts[1] === 'tags' ? { kind: 'tag' } : null;
}

/** Git's own rules for the names of references, without wildcards. */
function isReferenceName(name: string): boolean {
  if (name === '' || name.startsWith('-') || name.length > 1000) return false;
  if (/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^\/|^@$/u.test(name)) return false;
  // Characters that do not show could make one name look like another.
  if (/\p{Default_Ignorable_Code_Point}/u.test(name)) return false;
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));
}
