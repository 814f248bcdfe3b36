import type { BudgetGroup } from './limits.ts';
import { projectPath } from './projectPath.ts';

/** Whether the limits of a configured group are those of this agent, swarm, provider, project, user or organisation. */
export function isInGroup(
  { kind, name }: BudgetGroup,
  actual: string,
  pathOf: (folder: string) => string = projectPath,
): boolean {
  // Who pays nobody in particular is no organisation.
  if (name === '*') return actual !== '';
  switch (kind) {
    case 'project':
      return pathOf(name) === actual;
    case 'user':
      return actual === name || actual === `os:${name}`;
    default:
      return actual === name;
  }
}

/** A group as a person writes it, as the ledger has it: a project by its real path, a user of this machine as `os:…`. */
export function actualGroup({ kind, name }: BudgetGroup): BudgetGroup {
  if (kind === 'project') return { kind, name: projectPath(name) };
  if (kind === 'user' && !name.includes(':')) return { kind, name: `os:${name}` };
  return { kind, name };
}
