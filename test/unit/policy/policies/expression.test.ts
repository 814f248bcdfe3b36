import { describe, expect, it } from 'vitest';
import { failureOf, parseExpression, type Variables } from '../../../../server/src/policy/policies/expression.ts';

const nothing: Variables = { paths: [], activeAgents: null, phase: null, agent: null, swarm: null, kind: null };
const inside = (...names: string[]) => [{ shown: 'p', names }];
const outside = [{ shown: 'p', names: null }];

const holds = (written: string, known: Partial<Variables>): boolean => {
  const parsed = parseExpression(written);
  if (parsed.kind === 'unknown') throw new Error(`not understood: ${written}`);
  return failureOf(parsed.expression, { ...nothing, ...known }) === null;
};

describe('an expression of pre_execution', () => {
  it.each<[string, Partial<Variables>, boolean]>([
    ['file_path must start with project_dir', { paths: inside('src/a.ts') }, true],
    ['file_path must start with project_dir', { paths: inside('') }, true],
    ['file_path must start with project_dir', { paths: outside }, false],
    ['file_path must start with project_dir', { paths: [...inside('a'), ...outside] }, false],
    ['file_path must start with project_dir', {}, true],
    ['  file_path  must start with  project_dir ', { paths: outside }, false],
    ['file_path must start with src/', { paths: inside('src/a.ts') }, true],
    ['file_path must start with src/', { paths: inside('src-evil/a.ts') }, false],
    ['file_path must start with src/', { paths: inside('link', 'src/a.ts') }, false],
    ['file_path must start with project_dir/src', { paths: inside('docs/a.md') }, false],
    ['file_path must not start with secrets', { paths: inside('secrets/key') }, false],
    ['file_path must not start with secrets', { paths: inside('link', 'secrets/key') }, false],
    ['file_path must not start with secrets', { paths: inside('src') }, true],
    ['file_path must not start with secrets', { paths: [{ shown: 'p', names: [''], isWhole: true }] }, false],
    ['file_path must not start with secrets', { paths: outside }, false],
    ['active_agents <= 3', { activeAgents: 3 }, true],
    ['active_agents <= 3', { activeAgents: 4 }, false],
    ['active_agents<3', { activeAgents: 3 }, false],
    ['active_agents == 1', { activeAgents: 1 }, true],
    ['active_agents >= 2', { activeAgents: 1 }, false],
    ['active_agents > 0', { activeAgents: 1 }, true],
    ['active_agents <= 3', {}, false],
    ['phase must be act', { phase: 'act' }, true],
    ['phase must be act', { phase: 'verify' }, false],
    ['phase must be act', {}, false],
    ['phase must be one of act, verify', { phase: 'verify' }, true],
    ['agent must not be tester', { agent: 'tester' }, false],
    ['agent must not be tester', {}, false],
    ['kind must not be one of git_push, fetch', { kind: 'command' }, true],
  ])('%s, with %j: %s', (written, known, expected) => {
    expect(holds(written, known)).toBe(expected);
  });

  it.each([
    '',
    'true',
    'file_path must start with',
    'file_path must not start with project_dir',
    'file_path must start with projct_dir',
    'file_path must start with /etc',
    'file_path must start with ../other',
    'file_path must start with $HOME',
    'file_path should start with project_dir',
    'file_path must start with project_dir or active_agents > 0',
    'active_agents <= many',
    'active_agents <= -1',
    'active_agent <= 3',
    'active_agents != 3',
    'active_agents <= 3 || true',
    'phase must be act, verify',
    'process.exit(1)',
  ])('%j is not understood', (written) => {
    expect(parseExpression(written)).toEqual({ kind: 'unknown' });
  });
});
