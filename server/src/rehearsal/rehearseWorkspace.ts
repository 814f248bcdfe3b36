import type { Rehearsal } from '#protocol/rehearsal';
import type { Config } from '../config/config.ts';
import { createJudge, type JudgeDeps } from '../gateway/judge.ts';
import type { Actor } from '../policy/actor.ts';
import { corpus } from './corpus.ts';
import { rehearse } from './rehearse.ts';

export interface RehearsalPlace {
  readonly workspace: string;
  readonly config: Pick<Config, 'policy' | 'cost'>;
  /** Whose rights are rehearsed. */
  readonly actor: Actor;
  readonly scan: JudgeDeps['scan'];
}

/** What hostile agents would get past the configuration of a workspace, decided as if no sandbox were there. Reads only. */
export async function rehearseWorkspace({ workspace, config, actor, scan }: RehearsalPlace): Promise<Rehearsal> {
  const policy = { ...config.policy, isConfined: false };
  const judge = createJudge({ root: workspace, policy, scan, addedText: async () => '' });
  return await rehearse(corpus, {
    decide: async (action) => await judge(actor, action),
    residency: policy.residency,
    cost: config.cost,
  });
}
