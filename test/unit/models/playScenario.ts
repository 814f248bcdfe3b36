import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type {
  CallOutput,
  ProposedCall,
  ToolDeclaration,
  Turn,
  Usage,
} from '../../../server/src/models/conversation.ts';
import type { Model } from '../../../server/src/models/model.ts';
import { modelPermit } from './modelPermit.ts';

// Plays one agent of a scenario on a real folder: the smallest loop that gives a scripted model real results. What
// governs a run is not here; that is tested where it lives.

const toolNames =
  'list_files read_file search_files write_file edit_file delete_file run_command git_status git_diff git_commit report_finding ask finish';

export const declarations: readonly ToolDeclaration[] = toolNames.split(' ').map((name) => ({
  name,
  description: `What ${name} does, in a sentence or two of about the length that the real declarations have.`,
  inputSchema: { type: 'object', properties: { path: { type: 'string' }, text: { type: 'string' } } },
}));

export interface Played {
  readonly calls: readonly { readonly tool: string; readonly input: unknown; readonly output: CallOutput }[];
  readonly usages: readonly (Usage | null)[];
}

export async function playAgent(
  model: Model,
  agent: string,
  cycle: number,
  opening: string,
  root: string,
  denied: RegExp,
): Promise<Played> {
  const turns: Turn[] = [{ role: 'user', text: opening }];
  const calls: Played['calls'][number][] = [];
  const usages: (Usage | null)[] = [];
  for (let step = 0; step < 30; step += 1) {
    const instructions = `You are ${agent}. ${'You work under rules. '.repeat(40)}`;
    const request = { agent, cycle, instructions, turns: [...turns], tools: declarations };
    const permit = modelPermit(model.endpoint, request);
    const answer = await model.send(permit, request, () => undefined, AbortSignal.timeout(20_000));
    if (answer.kind !== 'answered') throw new Error(`the scripted model ${answer.kind}`);
    usages.push(answer.usage);
    turns.push({ role: 'assistant', text: answer.text, calls: answer.calls });
    const results = [];
    for (const call of answer.calls) {
      const output = await perform(call, root, denied);
      results.push({ callId: call.callId, tool: call.tool, output });
      calls.push({ tool: call.tool, input: call.kind === 'call' ? call.input : null, output });
    }
    if (answer.calls.some(({ tool }) => tool === 'finish')) return { calls, usages };
    turns.push({ role: 'tool', results });
  }
  throw new Error(`${agent} never finished`);
}

async function perform(call: ProposedCall, root: string, denied: RegExp): Promise<CallOutput> {
  if (call.kind === 'malformed') return { kind: 'error', text: call.problem };
  // The bundled scenarios give texts only, but for the depth of a listing.
  const input = new Map(Object.entries(Object(call.input) as Record<string, string>));
  const name = input.get('path') ?? '.';
  const file = path.join(root, name);
  if (denied.test(name) && call.tool.startsWith('write')) return { kind: 'refused', reason: 'outside what is allowed' };
  try {
    switch (call.tool) {
      case 'list_files':
        return { kind: 'text', text: (await readdir(root, { recursive: true })).join('\n') };
      case 'read_file':
        return { kind: 'text', text: await readFile(file, 'utf8') };
      case 'write_file':
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, input.get('content') ?? '');
        return { kind: 'text', text: 'written' };
      case 'edit_file': {
        const before = await readFile(file, 'utf8');
        const parts = before.split(input.get('old_text') ?? '');
        if (parts.length !== 2) return { kind: 'error', text: 'the old text does not occur exactly once' };
        await writeFile(file, parts.join(input.get('new_text') ?? ''));
        return { kind: 'text', text: 'edited' };
      }
      case 'run_command':
        return { kind: 'text', text: await runTests(root) };
      default:
        return { kind: 'text', text: 'done' };
    }
  } catch (error) {
    return { kind: 'error', text: error instanceof Error ? error.message : 'failed' };
  }
}

async function runTests(root: string): Promise<string> {
  // Inside a test runner the variable would make node think that it runs as a part of it.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--test'], { cwd: root, env });
    return stdout;
  } catch (error) {
    return String(Reflect.get(Object(error), 'stdout'));
  }
}
