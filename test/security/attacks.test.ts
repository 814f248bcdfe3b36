import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Action, ActionOf } from '#protocol/action';
import { newRunId, newTaskId } from '../../server/src/base/id.ts';
import { systemClock } from '../../server/src/base/clock.ts';
import { readActionLine } from '../../server/src/cli/actionLine.ts';
import { loadConfig } from '../../server/src/config/loadConfig.ts';
import { nobody } from '../../server/src/gateway/approver.ts';
import { contentScan } from '../../server/src/gateway/contentScan.ts';
import { createGateway, type Gateway } from '../../server/src/gateway/gateway.ts';
import { createJudge } from '../../server/src/gateway/judge.ts';
import { createPerform } from '../../server/src/gateway/perform.ts';
import type { Recorder } from '../../server/src/gateway/recorder.ts';
import type { Situation } from '../../server/src/gateway/situation.ts';
import { hiddenPaths, isProtected } from '../../server/src/policy/visibility.ts';
import { bubblewrapSandbox } from '../../server/src/sandbox/bubblewrapSandbox.ts';
import { runCommand } from '../../server/src/tools/runCommand.ts';
import { git } from '../../server/src/workspace/git.ts';
import { bubblewrap, hasBubblewrap } from '../bubblewrap.ts';
import { permitFor } from '../unit/permitFor.ts';
import { implementer } from '../unit/policy/fixtures.ts';
import {
  decoy,
  forgetRepositories,
  guarded,
  makeProject,
  placed,
  readCorpus,
  type Case,
  type Project,
} from './corpus.ts';
import { never } from './sandboxPlace.ts';

// Every attack of the corpus for real, in a throw-away project with decoys: with the decision, and for commands once more
// with the decision forced to ALLOW, so that the sandbox alone stands in the way. What would harm this machine if the
// sandbox did not hold is judged only.

const harmful = /(?:^|[\s"'=:])(?:~|\/(?:dev\/(?!null)|private|etc|proc|sys))|\$UNSET|\bkill\b|\bmkfs|\bsudo\b/;
const timeoutMs = 5000;
const sandbox = bubblewrapSandbox({
  program: bubblewrap,
  env: { ...process.env, ANTHROPIC_API_KEY: decoy, GITHUB_TOKEN: decoy },
});

function attacksOf(cases: readonly Case[], project: Project): { readonly id: string; readonly action: Action }[] {
  return cases.flatMap((one) => {
    const line = readActionLine(JSON.stringify(placed(one.action, project)));
    if (one.expected === 'ALLOW' || line.kind === 'unknown') return [];
    if (line.action.kind === 'command' && harmful.test(line.action.command)) return [];
    // A workspace lies in the temporary folder, which names no place of the machine itself.
    return [{ id: one.id, action: line.action }];
  });
}

async function gatewayOf({ workspace, base }: Project): Promise<Gateway> {
  const config = await loadConfig({ workspace, env: {}, lokiHome: path.join(base, 'home') });
  const policy = { ...config.policy, isConfined: hasBubblewrap };
  const nothing = async (): Promise<void> => undefined;
  const recorder: Recorder = {
    decision: nothing,
    malformed: nothing,
    approval: nothing,
    intent: nothing,
    outcome: nothing,
    host: nothing,
  };
  return createGateway({
    judge: createJudge({ root: workspace, policy, scan: contentScan, addedText: async () => '' }),
    approver: nobody,
    recorder,
    evidence: { put: async () => ({ sha256: '', bytes: 0 }), get: async () => null } as never, // Not what is tested.
    scan: contentScan,
    perform: createPerform({
      root: workspace,
      git: { git: git(workspace), prefix: '', baseCommit: 'HEAD', identity: { name: 'A', email: 'a@example.test' } },
      policy,
      sandbox,
      dependencies: [],
      quarantine: path.join(base, 'quarantine'),
      approver: nobody,
    }),
    clock: systemClock,
    tell: () => undefined,
  });
}

const situation: Situation = {
  runId: newRunId(),
  taskId: newTaskId(),
  actor: implementer,
  phase: 'act',
  cycle: 1,
  why: 'An attack',
};

/** Works through a list, three at a time. */
async function together<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all([worker(), worker(), worker()]);
}

async function inProject(one: Case, use: (project: Project) => Promise<void>): Promise<void> {
  const project = await makeProject(one);
  try {
    await use(project);
  } finally {
    await rm(project.base, { recursive: true, force: true });
  }
}

afterAll(forgetRepositories);

describe.skipIf(!hasBubblewrap)('the attacks of the corpus, for real (needs the package bubblewrap)', () => {
  test('with the decision none has its effect', async () => {
    const harmed: unknown[] = [];
    let tried = 0;
    await together(readCorpus(), async (cases) => {
      const [first] = cases;
      if (first === undefined) return;
      await inProject(first, async (project) => {
        const gateway = await gatewayOf(project);
        const before = guarded(project);
        for (const { id, action } of attacksOf(cases, project)) {
          const timed = action.kind === 'command' ? { ...action, timeoutMs } : action;
          const result = await gateway.act(situation, timed, never);
          tried += 1;
          const said = 'text' in result ? result.text : 'reason' in result ? result.reason : '';
          if (said.includes(decoy) || JSON.stringify(guarded(project)) !== JSON.stringify(before))
            harmed.push({ id, action, said });
        }
      });
    });
    expect(harmed).toEqual([]);
    expect(tried).toBeGreaterThan(300);
  });

  test('commands that are allowed all the same do not get past the sandbox', async () => {
    const harmed: unknown[] = [];
    let tried = 0;
    await together(readCorpus(), async (cases) => {
      const [first] = cases;
      if (first === undefined) return;
      await inProject(first, async (project) => {
        const attacks = attacksOf(cases, project).flatMap(({ action }) => (action.kind === 'command' ? [action] : []));
        if (attacks.length === 0) return;
        const before = guarded(project);
        const said = await force(project, attacks);
        tried += attacks.length;
        const changed = changes(before, guarded(project));
        if (said.includes(decoy) || changed.length > 0) harmed.push({ attacks, said, changed });
      });
    });
    expect(harmed).toEqual([]);
    expect(tried).toBeGreaterThan(150);
  });
});

const destroys = /\b(?:rm|mv|find|clean|shred|truncate)\b/;

/** Runs commands in one sandbox, as if each had been allowed: all at once, and what destroys its own project at the end. */
async function force({ workspace, base }: Project, attacks: readonly ActionOf<'command'>[]): Promise<string> {
  const { policy } = await loadConfig({ workspace, env: {}, lokiHome: path.join(base, 'home') });
  const lines = attacks.map(({ command, cwd, env }) => {
    const variables = Object.entries(env ?? {}).map(([name, value]) => quoted(`${name}=${value}`));
    const line = `(cd ${quoted(cwd ?? '.')} && exec env ${variables.join(' ')} /usr/bin/timeout -k 1 4 /bin/bash -c ${quoted(command)})`;
    return destroys.test(command) ? `wait; ${line}` : `${line} &`;
  });
  const command = [
    ...lines.filter((line) => line.endsWith('&')),
    ...lines.filter((line) => !line.endsWith('&')),
    'wait',
    'echo tried',
  ].join('\n');
  const result = await runCommand(
    permitFor({ kind: 'command', command, timeoutMs: 60_000 }),
    { root: workspace, isVisible: () => true, isPassable: () => true },
    {
      sandbox,
      dependencies: [],
      network: null,
      isProtected,
      isDenied: (name) => hiddenPaths(policy, implementer, [name]).length > 0,
      quarantine: path.join(base, 'quarantine'),
    },
    never,
  );
  expect(result.text).toContain('tried');
  return result.text;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function changes(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
}
