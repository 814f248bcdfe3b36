import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { RunEvent, RunResult } from '#protocol/run';
import { systemClock } from '../../server/src/base/clock.ts';
import { nobody } from '../../server/src/gateway/approver.ts';
import { copySample } from '../../server/src/runs/copySample.ts';
import { startRun } from '../../server/src/runs/startRun.ts';
import type { World } from '../../server/src/runs/world.ts';
import { transcriptOf } from './transcript.ts';

export interface Story {
  /** A file of `scenarios/`, without its ending. */
  readonly scenario: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sees each event as it happens and may cancel the run. */
  readonly onEvent?: (event: RunEvent, cancel: () => void) => void;
}

export interface Played {
  readonly result: RunResult;
  readonly transcript: string;
  /** From the cancel to the end of the run; null where nothing was cancelled. */
  readonly cancelMs: number | null;
}

export const root = path.join(import.meta.dirname, '..', '..');

/** A world for tests: the real engine, a Loki home of its own, no pauses. */
export function testWorld(lokiHome: string, env: Readonly<Record<string, string>> = {}): World {
  const { PATH = '', HOME = '' } = process.env;
  return {
    env: { PATH, HOME, ...env },
    lokiHome,
    assetsFolder: path.join(root, 'server/assets'),
    rosterFolder: path.join(root, 'server/src/agents/roster'),
    clock: systemClock,
    person: 'os:tester',
    demoPaceMs: 0,
  };
}

/** Plays a scenario on a fresh copy of the sample project: everything but the model's words is real. */
export async function play(story: Story): Promise<Played> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'loki-story-'));
  const world = testWorld(home, story.env);
  const workspace = await copySample(world.assetsFolder);
  const events: RunEvent[] = [];
  const controller = new AbortController();
  let cancelledAtMs: number | null = null;
  const cancel = (): void => {
    cancelledAtMs ??= performance.now();
    controller.abort();
  };
  try {
    const result = await startRun(
      world,
      {
        workspace,
        task: 'Play the story',
        provider: 'demo',
        scenario: path.join(import.meta.dirname, 'scenarios', `${story.scenario}.yaml`),
        includeChanges: false,
        isTrusted: true,
      },
      {
        approver: nobody,
        tell: (event) => {
          events.push(event);
          story.onEvent?.(event, cancel);
        },
      },
      controller.signal,
    );
    const cancelMs = cancelledAtMs === null ? null : performance.now() - cancelledAtMs;
    const log = await readFile(path.join(workspace, '.loki/audit/audit.jsonl'), 'utf8');
    return { result, transcript: transcriptOf(events, log, { workspace, home }), cancelMs };
  } finally {
    await rm(workspace, { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
  }
}
