import { policyRehearse } from '#protocol/rehearsal';
import { loadConfig } from '../config/loadConfig.ts';
import { contentScan } from '../gateway/contentScan.ts';
import type { Actor } from '../policy/actor.ts';
import { rehearseWorkspace } from '../rehearsal/rehearseWorkspace.ts';
import type { World } from '../runs/world.ts';
import { knownWorkspace } from './knownWorkspace.ts';
import type { Rpc } from './rpc.ts';

/** An agent of no swarm: the widest rights that an agent has. */
const anyAgent: Actor = { kind: 'agent', name: 'agent', swarm: '' };

/** Only reads: every attempt is decided, none is made. */
export function bindPolicyHandlers(rpc: Rpc, { env, lokiHome }: World): void {
  rpc.answer(policyRehearse, async (params) => {
    const workspace = knownWorkspace(params.workspace);
    const config = await loadConfig({ workspace, env, lokiHome });
    return await rehearseWorkspace({ workspace, config, actor: anyAgent, scan: contentScan });
  });
}
