import { describe, expect, it } from 'vitest';
import type { Action } from '#protocol/action';
import type { DecisionKind } from '#protocol/policy';
import { evaluate } from '../../../server/src/policy/evaluate.ts';
import type { TierScope } from '../../../server/src/policy/tiers.ts';
import { entries, factsOf, implementer, policyOf } from './fixtures.ts';

function check(scope: TierScope, isConfined: boolean, table: Readonly<Record<DecisionKind, readonly string[]>>): void {
  const lines = Object.entries(table).flatMap(([wanted, commands]) => commands.map((command) => ({ wanted, command })));
  const got = lines.map(({ command }) => {
    const action: Action = { kind: 'command', command };
    return { wanted: evaluate(policyOf(scope, { isConfined }), implementer, action, factsOf(action)).kind, command };
  });
  expect(got).toEqual(lines);
}

describe('programs that are started by others', () => {
  it('are judged behind package managers and environments, and need no entry of their own', () => {
    const scope: TierScope = {
      deniedCommands: entries('rm', 'terraform apply'),
      deniedPaths: entries('secrets'),
      allowedCommands: entries('npm', 'npx', 'pnpm', 'yarn', 'poetry', 'uv', 'bundle', 'nix-shell', 'direnv'),
    };
    check(scope, false, {
      ALLOW: ['npx vitest run', 'npm exec -- eslint src', 'poetry run pytest', 'uv run pytest'],
      REQUIRE_APPROVAL: ['npm pkg set scripts.test=rm', 'npm --prefix . pkg delete scripts'],
      DENY: [
        'npm exec -- rm x',
        "npx -c 'touch x'",
        'npm x rm x',
        'npm --silent exec rm x',
        "npm exec -c 'rm x'",
        "npx --call='ls; rm x'",
        'npx -p left-pad rm x',
        'pnpm exec rm x',
        'yarn dlx rm x',
        'poetry run bash -c "rm x"',
        'uv tool run terraform -chdir=a apply',
        'bundle exec env rm x',
        'nix-shell --run "rm x"',
        'npx cat secrets/key',
        'npm config set script-shell=/x',
        'npm set registry=https://example.org',
      ],
    });
  });
});

describe('commands without a list', () => {
  const scope: TierScope = { deniedBranches: entries('main'), allowedHosts: entries('docs.example.org') };

  it('what scope denies of what they name is denied, however it is held', () => {
    check(scope, false, {
      ALLOW: [],
      REQUIRE_APPROVAL: [
        'git push origin loki/a',
        'git checkout main',
        'curl https://docs.example.org/',
        'git rebase HEAD~1',
      ],
      DENY: ['git push origin HEAD:main', 'git push --all', 'git branch -f main', 'curl https://example.org/'],
    });
    check(scope, true, {
      ALLOW: ['git push origin loki/a', 'git checkout main', 'curl https://example.org/'],
      REQUIRE_APPROVAL: [],
      DENY: ['git push origin HEAD:main', 'git push origin :refs/heads/main', 'bash -c "git push --mirror"'],
    });
  });
});
