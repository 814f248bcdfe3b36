import type { RuleAnswer } from '#protocol/policy';
import { unreachable } from '../base/invariant.ts';
import { allow, ask, deny, entryName, listSource } from './answer.ts';
import { judgeExtension } from './extensions.ts';
import type { Facts, PathFacts } from './facts.ts';
import { covers, isFloating, matchesSegment, mayLieBelow, patternSegments, segmentsOf } from './pathPattern.ts';
import { factKey, type Access, type PathUse } from './pathUse.ts';
import type { Scope } from './policy.ts';
import { globMayBeProtected, protectionOf } from './protectedNames.ts';

// Judges one path that an action names: where it really leads, what scope says about it, which names are protected.
// What the path is called and what it leads to are both judged, so that neither a link nor a detour changes the answer.

type Inside = Extract<PathFacts, { kind: 'inside' }>;

/** What the rules of paths say about one use; an empty answer means that nothing is against it. */
export function judgePath(use: PathUse, facts: Facts, scopes: readonly Scope[]): readonly RuleAnswer[] {
  const fact = facts.paths.get(factKey(use));
  if (fact === undefined) {
    return [deny({ rule: 'path-facts', reason: `nothing was found out about the path ${shown(use.path)}` })];
  }
  switch (fact.kind) {
    case 'invalid':
      if (!use.isCertain) return [];
      return [
        deny({
          rule: 'path-form',
          reason: `the path ${shown(use.path)} cannot be used: ${fact.reason}`,
          remedy: 'write a plain path inside the workspace',
        }),
      ];
    case 'outside':
      return [
        deny({
          rule: 'containment',
          reason: `${shown(use.path)} leads outside the workspace`,
          remedy: 'use a path inside the workspace',
        }),
      ];
    case 'inside':
      return [
        ...scopes.flatMap((scope) => [
          ...judgeDenied(use, fact, scope),
          ...judgeAllowed(use, fact, scope),
          ...judgeExtension(use, fact, scope),
        ]),
        ...judgeProtected(use, fact),
        ...judgeEntry(use, fact),
      ];
    default:
      return unreachable(fact);
  }
}

/** The names a path goes by: as written and as resolved. */
function names(fact: Inside): readonly string[] {
  return fact.relative === fact.lexical ? [fact.relative] : [fact.lexical, fact.relative];
}

function judgeDenied(use: PathUse, fact: Inside, scope: Scope): RuleAnswer[] {
  return scope.paths.denied
    .filter((entry) => touches(entry.text, use, fact))
    .map((entry) =>
      deny({
        rule: 'denied-path',
        reason: `${shown(use.path)} is covered by denied_paths`,
        remedy: `remove or narrow the entry ${entryName(entry)} of denied_paths`,
        source: entry.source,
      }),
    );
}

/** Whether a use of a path reaches what a directory or glob names, by either of its names or through what lies below. */
export function touches(pattern: string, use: PathUse, fact: Inside): boolean {
  // A detour through a denied folder that ends elsewhere (`secrets/../app`) reaches nothing denied; the way a link
  // takes does, and is what `relative` says.
  if (names(fact).some((name) => covers(pattern, name))) return true;
  // What is there is known exactly; where it is not, names alone have to do, and they err on the safe side.
  const { below } = fact;
  const isKnown = below !== undefined && below !== null;
  if (isKnown && below.some((name) => covers(pattern, name))) return true;
  if (use.glob !== undefined) return !isKnown && names(fact).some((name) => globTouches(pattern, name, use));
  if (use.isRecursive !== true) return false;
  return !isFloating(pattern) && names(fact).some((name) => mayLieBelow(pattern, name));
}

function globTouches(entry: string, base: string, use: PathUse): boolean {
  const wanted = patternSegments(entry);
  const given = [...segmentsOf(base), ...(use.glob ?? [])];
  const shared = Math.min(wanted.length, given.length);
  for (let index = 0; index < shared; index++) {
    const part = wanted[index] ?? '';
    const segment = given[index] ?? '';
    if (part === '**' || segment === '**') return true;
    if (!matchesSegment(segment, part) && !matchesSegment(part, segment)) return false;
  }
  // The glob stops above what is denied: only what works on whole folders goes on from there.
  return given.length >= wanted.length || use.isRecursive === true;
}

function judgeAllowed(use: PathUse, fact: Inside, scope: Scope): RuleAnswer[] {
  return scope.paths.allowed.flatMap((list) => {
    const isWithin = (name: string) =>
      list.some(
        (entry) =>
          covers(entry.text, name) ||
          (use.access === 'list' && use.isRecursive !== true && (name === '' || mayLieBelow(entry.text, name))),
      );
    const judged = use.glob === undefined ? names(fact) : [...names(fact), ...(fact.below ?? [])];
    if (judged.every(isWithin)) return [];
    return [
      deny({
        rule: 'allowed-paths',
        reason: `${shown(use.path)} is not within allowed_paths`,
        remedy: `add it to allowed_paths (now: ${list.map((entry) => entry.text).join(', ') || 'none'})`,
        source: listSource(list),
      }),
    ];
  });
}

function judgeProtected(use: PathUse, fact: Inside): RuleAnswer[] {
  if (!changes(use.access) && use.access !== 'unknown') return [];
  if (fact.relative === '' && use.glob === undefined && changes(use.access) && use.isFolder !== true) {
    return [
      deny({ rule: 'protected-name', reason: 'this would change the workspace itself, with all that governs it' }),
    ];
  }
  const found = [...names(fact), ...namesBelow(use, fact)]
    .map(protectionOf)
    .filter((protection) => protection !== null);
  if (use.glob !== undefined && globMayBeProtected([...segmentsOf(fact.relative), ...use.glob])) {
    found.push({ protection: 'never', what: 'matched by a wildcard that may name what is protected' });
  }
  const worst = found.find((protection) => protection.protection === 'never') ?? found[0];
  if (worst === undefined) return [];
  const reason = `${shown(use.path)} is ${worst.what}, which agents do not change`;
  // What an unknown program would do with it nobody can say: a person looks.
  if (worst.protection === 'never' && use.access !== 'unknown') {
    return [deny({ rule: 'protected-name', reason, remedy: 'a person has to make this change' })];
  }
  return [
    ask({
      rule: 'protected-name',
      reason: `${shown(use.path)} is ${worst.what}`,
      remedy: 'a person has to agree to each change',
    }),
  ];
}

/** What a wildcard matches, or what is so protected that it must not go with its folder. */
function namesBelow(use: PathUse, fact: Inside): readonly string[] {
  const below = fact.below ?? [];
  if (use.glob !== undefined) return below;
  if (use.isRecursive !== true || !changes(use.access)) return [];
  return below.filter((name) => protectionOf(name)?.protection === 'never');
}

function judgeEntry(use: PathUse, fact: Inside): RuleAnswer[] {
  if (fact.entry === 'special') {
    return [deny({ rule: 'special-file', reason: `${shown(use.path)} is neither a file nor a folder` })];
  }
  const isInstalled = segmentsOf(fact.relative).includes('node_modules');
  if (use.access === 'write' && fact.entry === 'file' && fact.hardLinks > 1 && !isInstalled) {
    return [
      ask({
        rule: 'hard-link',
        reason: `${shown(use.path)} has ${fact.hardLinks} names, so a change would show under the others too`,
        remedy: 'replace it by a copy first',
      }),
    ];
  }
  return [];
}

function changes(access: Access): boolean {
  return access === 'write' || access === 'delete';
}

/** A path in a sentence, with what does not show made visible. */
export function shown(path: string): string {
  const short = path.length > 120 ? `${path.slice(0, 117)}…` : path;
  return JSON.stringify(short).replace(
    /[\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

/** What says ALLOW to an action whose paths nothing is against. */
export function pathsAllowed(uses: readonly PathUse[], scopes: readonly Scope[]): RuleAnswer {
  const list = scopes.flatMap((scope) => scope.paths.allowed)[0];
  return allow({
    rule: list === undefined ? 'workspace' : 'allowed-paths',
    reason:
      uses.length === 1 ? `${shown(uses[0]?.path ?? '')} lies in the workspace` : 'everything lies in the workspace',
    ...(list === undefined ? {} : { source: listSource(list) }),
  });
}
