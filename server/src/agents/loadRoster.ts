import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { parseDocument } from 'yaml';
import { phase, type Phase } from '#protocol/phase';
import { Failure } from '../base/failure.ts';
import { taskType } from '../base/taskType.ts';
import type { Agent } from './agent.ts';

const tier = z.enum(['fast', 'balanced', 'best']);

const frontMatter = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  swarm: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  phase,
  tier,
  tries: tier.optional(),
  task_type: taskType.optional(),
  tools: z.array(z.string()).min(1),
});

/** Reads every `*.md` of a folder as an agent, sorted by name. A file that does not fit is an `agent_invalid` failure that names it. */
export async function loadRoster(folder: string): Promise<readonly Agent[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  return await Promise.all(
    files.map(async (name) => parseAgent(name, await readFile(path.join(folder, name), 'utf8'))),
  );
}

/** The agents of one phase, in the roster's order. */
export function agentsOf(roster: readonly Agent[], wanted: Phase): readonly Agent[] {
  return roster.filter((agent) => agent.phase === wanted);
}

function parseAgent(file: string, text: string): Agent {
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]+)$/.exec(text.replaceAll('\r\n', '\n'));
  if (match === null) throw new Failure('agent_invalid', `${file} needs front matter between two lines of ---`);
  const document = parseDocument(match[1] ?? '', { uniqueKeys: true });
  const parsed = frontMatter.safeParse(document.errors.length > 0 ? null : document.toJS());
  if (!parsed.success) {
    const problem = document.errors[0]?.message ?? z.prettifyError(parsed.error);
    throw new Failure('agent_invalid', `${file}: ${problem.split('\n').join(' ')}`);
  }
  const { task_type: kind, ...said } = parsed.data;
  return { ...said, taskType: kind, instructions: (match[2] ?? '').trim() };
}
