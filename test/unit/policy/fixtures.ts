import { mkdir, mkdtemp, realpath, rm, symlink, link, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Action } from '#protocol/action';
import type { Actor } from '../../../server/src/policy/actor.ts';
import type { Facts, PathFacts } from '../../../server/src/policy/facts.ts';
import { factKey, pathUses } from '../../../server/src/policy/pathUse.ts';
import type { EntryList, Policy } from '../../../server/src/policy/policy.ts';
import { mergeTiers, type TierScope } from '../../../server/src/policy/tiers.ts';

export const implementer: Actor = { kind: 'agent', name: 'implementer', swarm: 'engineering' };

export function entries(...texts: string[]): EntryList {
  return texts.map((text, index) => ({
    text,
    source: { tier: 'project', file: '.loki/config.yaml', line: index + 1 },
  }));
}

/** A policy of one tier; `isConfined` as a run with a sandbox has it. */
export function policyOf(scope: TierScope, more: Partial<Pick<Policy, 'isConfined'>> = {}): Policy {
  return { ...mergeTiers([{ scope, agents: {}, residency: { isAirGapped: false } }]), ...more };
}

/** Facts for a disk on which every path of the action is a missing file, and `..` leads out where it should. */
export function factsOf(action: Action, known: Readonly<Record<string, PathFacts>> = {}): Facts {
  const paths = new Map<string, PathFacts>();
  for (const use of pathUses(action)) paths.set(factKey(use), known[use.path] ?? plainFacts(use.path));
  return { paths, secretRules: [], hasRedactionMarker: false };
}

export function inside(relative: string, more: Partial<Extract<PathFacts, { kind: 'inside' }>> = {}): PathFacts {
  return { kind: 'inside', relative, lexical: relative, entry: 'file', hardLinks: 1, ...more };
}

function plainFacts(written: string): PathFacts {
  const real = path.posix.resolve('/home/ann/space', written);
  if (real !== '/home/ann/space' && !real.startsWith('/home/ann/space/')) return { kind: 'outside', real };
  return inside(path.posix.relative('/home/ann/space', real), { entry: 'missing' });
}

export interface Space {
  readonly base: string;
  readonly workspace: string;
  readonly outside: string;
}

/** A real workspace with files, links and hard links, beside a folder that no agent may reach. */
export async function makeSpace(spec: {
  readonly files?: Readonly<Record<string, string>>;
  readonly outside?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly hardLinks?: Readonly<Record<string, string>>;
}): Promise<Space> {
  const base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'loki-policy-')));
  const space = { base, workspace: path.join(base, 'workspace'), outside: path.join(base, 'outside') };
  await mkdir(space.workspace);
  await mkdir(space.outside);
  const write = async (root: string, files: Readonly<Record<string, string>> = {}) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), content);
    }
  };
  await write(space.workspace, spec.files);
  await write(space.outside, spec.outside);
  for (const [name, target] of Object.entries(spec.links ?? {}))
    await symlink(target, path.join(space.workspace, name));
  for (const [name, target] of Object.entries(spec.hardLinks ?? {})) {
    await link(path.resolve(space.workspace, target), path.join(space.workspace, name));
  }
  return space;
}

export async function removeSpace(space: Space): Promise<void> {
  await rm(space.base, { recursive: true, force: true });
}
