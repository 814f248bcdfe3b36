import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../unit/storage/temporaryFolder.ts';

const root = path.join(import.meta.dirname, '..', '..');

type Question = readonly [point: string, context?: unknown];

/** Asks the built package by its name, as another program would: synchronously, one question after the other. */
function ask(project: string, questions: readonly Question[], home = temporaryFolder()): unknown[] {
  const program = `
    const policy = require('loki/policy');
    policy.init(${JSON.stringify(project)});
    const questions = ${JSON.stringify(questions)};
    console.log(JSON.stringify(questions.map((question) => policy.evaluate(...question))));`;
  const printed = execFileSync(process.execPath, ['--no-warnings', '--input-type=commonjs', '-e', program], {
    cwd: root,
    env: { PATH: process.env['PATH'], LOKI_HOME: home },
    encoding: 'utf8',
  });
  return JSON.parse(printed) as unknown[]; // The shape is what the test is about.
}

function projectWith(policies?: string, config?: string): string {
  const project = temporaryFolder();
  mkdirSync(path.join(project, '.loki'));
  mkdirSync(path.join(project, 'src'));
  if (policies !== undefined) writeFileSync(path.join(project, '.loki/policies.yaml'), policies);
  if (config !== undefined) writeFileSync(path.join(project, '.loki/config.yaml'), config);
  return project;
}

const decisionsOf = (answers: readonly unknown[]) =>
  answers.map((answer) => (answer as { readonly decision: string }).decision);

describe("require('loki/policy')", () => {
  test('answers as the documentation of the older tool shows it', () => {
    const context = { file_path: '/tmp/malicious.sh', project_dir: '/home/user/project', active_agents: 3 };
    const [outside, inside, traversal, neighbour] = ask(projectWith(), [
      ['pre_execution', context],
      ['pre_execution', { ...context, file_path: '/home/user/project/src/a.js' }],
      ['pre_execution', { ...context, file_path: '/home/user/project/../etc/passwd' }],
      ['pre_execution', { ...context, file_path: '/home/user/project-evil/secret' }],
    ]);
    expect(outside).toMatchObject({
      allowed: false,
      decision: 'DENY',
      requiresApproval: false,
      reason: expect.stringContaining('outside of "/home/user/project"'),
      violations: [{ rule: 'containment', decision: 'DENY' }],
    });
    expect(inside).toEqual({
      allowed: true,
      decision: 'ALLOW',
      requiresApproval: false,
      reason: expect.any(String),
      violations: [],
    });
    expect(decisionsOf([traversal, neighbour])).toEqual(['DENY', 'DENY']);
  });

  test('decides about a path as a run does: links, scope, protected names, rules', () => {
    const project = projectWith(
      'rules: [{ decision: require_approval, path: src/db, match: [cat src/db/a] }]',
      'scope: { denied_paths: [secrets] }',
    );
    symlinkSync('/etc', path.join(project, 'link'));
    symlinkSync('/nowhere/at/all', path.join(project, 'dangling'));
    const file = (name: string): Question => ['pre_execution', { file_path: name }];
    const answers = ask(project, [
      file('src/a.ts'),
      file(path.join(project, 'src/a.ts')),
      file('link/passwd'),
      file('link/../src/a.ts'),
      file('dangling'),
      file('secrets/key'),
      file('.loki/policies.yaml'),
      file('src/db/x'),
      ['pre_execution', { action: { kind: 'command', command: 'cat src/db/x' } }],
      ['rules', { action: { kind: 'file_read', path: 'src/db/x' } }],
      ['rules', {}],
    ]);
    expect(decisionsOf(answers)).toEqual([
      'ALLOW',
      'ALLOW',
      'DENY',
      'DENY',
      'DENY',
      'DENY',
      'DENY',
      'REQUIRE_APPROVAL',
      'REQUIRE_APPROVAL',
      'REQUIRE_APPROVAL',
      'DENY',
    ]);
    expect(answers[7]).toMatchObject({
      requiresApproval: true,
      violations: [{ source: { tier: 'project', file: '.loki/policies.yaml', line: 1 } }],
    });
  });

  test('has a point for each section, and denies what it is not told', () => {
    const project = projectWith(
      [
        'pre_execution: active_agents <= 3',
        'pre_deployment: { gates: [tests, secrets] }',
        'resource: { max_tokens: 1000, providers: [anthropic], on_exceed: require_approval }',
        "data: { patterns: ['ACME-\\d+'], action: warn }",
        'approval_gates: { phase: act }',
      ].join('\n'),
    );
    const secret = ['token = "ghp', '16C7e42F292c6912E7710c838347Ae178B4a"'].join('_');
    const answers = ask(project, [
      ['pre_execution', { active_agents: 3 }],
      ['pre_execution', { active_agents: 4 }],
      ['pre_execution', {}],
      ['pre_deployment', { gates: ['tests', 'secrets'] }],
      ['pre_deployment', { gates: { tests: true, secrets: 'failed' } }],
      ['pre_deployment', { gates: [{ id: 'tests', status: 'passed' }] }],
      ['pre_deployment'],
      ['resource', { provider: 'anthropic', tokens_used: 1000 }],
      ['resource', { provider: 'anthropic', tokens_used: 1001 }],
      ['resource', { provider: 'openai', tokens_used: 1 }],
      ['resource', { provider: 'anthropic' }],
      ['data', { content: 'nothing of interest' }],
      ['data', { content: secret }],
      ['data', {}],
      ['approval_gates', { phase: 'act' }],
      ['approval_gates', { phase: 'verify' }],
      ['approval_gates', {}],
      ['pre_executions', {}],
      ['constructor', {}],
      ['pre_execution', 'text'],
      ['pre_execution', { active_agents: '3' }],
    ]);
    expect(decisionsOf(answers).join(' ')).toBe(
      [
        'ALLOW DENY DENY',
        'ALLOW DENY DENY DENY',
        'ALLOW REQUIRE_APPROVAL DENY DENY',
        'ALLOW DENY DENY',
        'REQUIRE_APPROVAL ALLOW DENY',
        'DENY DENY DENY DENY',
      ].join(' '),
    );
    const [warned] = ask(project, [['data', { content: 'ACME-1' }]]);
    expect(warned).toMatchObject({ allowed: true, violations: [{ rule: 'data.patterns', warning: true }] });
  });

  test('denies everything while a file is broken, with the place of the mistake', () => {
    const project = projectWith('approval_gates: { phase: act, auto_approve_on_timeout: true }');
    const answers = ask(project, [
      ['pre_execution', { file_path: 'src/a.ts' }],
      ['approval_gates', { phase: 'verify' }],
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        allowed: false,
        decision: 'DENY',
        reason: expect.stringMatching(/policies\.yaml:1:\d+: .*nobody has answered is never a yes/),
      });
    }
  });

  test('says what it needs first, and answers about what is no plain data', () => {
    const program = `
      const policy = require('loki/policy');
      let before;
      try { policy.evaluate('data', {}) } catch (error) { before = error.message }
      policy.init(${JSON.stringify(projectWith())});
      const circle = {}; circle.self = circle;
      console.log(JSON.stringify([before, policy.evaluate('data', circle).decision, policy.evaluate('data', () => 1).decision]));`;
    const printed = execFileSync(process.execPath, ['--no-warnings', '--input-type=commonjs', '-e', program], {
      cwd: root,
      env: { PATH: process.env['PATH'], LOKI_HOME: temporaryFolder() },
      encoding: 'utf8',
    });
    expect(JSON.parse(printed)).toEqual([expect.stringContaining('policy.init'), 'DENY', 'DENY']);
  });
});
