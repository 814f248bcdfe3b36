import { appendFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { createPlayer, type WireCall, type WirePart } from '../../wire/wireScript.ts';

// An extension that brings a language model to VS Code, as those of model vendors do. The model plays a script and notes
// each request that reaches it; like theirs, it may only be asked once the user has agreed.

/** What reached the model, one line of JSON a request. */
export interface ModelRequestNoted {
  readonly model: string;
  readonly instructions: string;
  readonly tools: readonly string[];
}

const finish: WireCall = { tool: 'finish', input: { summary: 'Well.' } };
const says = (...calls: readonly WireCall[]): WirePart['turns'][number] => ({ kind: 'answer', text: 'Next.', calls });
const play = createPlayer([
  {
    match: /You carry out the plan/,
    turns: [
      says({ tool: 'run_command', input: { command: 'npm test' } }),
      says({ tool: 'write_file', input: { path: 'notes.md', content: 'Written by a model of the editor.\n' } }),
      says(finish),
    ],
  },
  { match: /.*/s, turns: Array<WirePart['turns'][number]>(40).fill(says(finish)) },
]);

const models = ['scripted', 'other'].map((id) => ({
  id,
  name: id,
  family: 'e2e',
  version: '1',
  maxInputTokens: 100_000,
  maxOutputTokens: 8000,
  capabilities: { toolCalling: true },
  // Of the proposed part of the interface, which model vendors have: the editor asks the user before it passes anything on.
  requiresAuthorization: { label: 'Ada' },
}));

export function activate(context: vscode.ExtensionContext): void {
  const provider: vscode.LanguageModelChatProvider = {
    provideLanguageModelChatInformation: () => models,
    provideTokenCount: async (_model, text) => JSON.stringify(text).length,
    provideLanguageModelChatResponse: async (model, messages, options, progress) => {
      const instructions = textOf(messages[0]);
      const tools = (options.tools ?? []).map(({ name }) => name);
      note({ model: model.id, instructions, tools });
      const turn = play(instructions);
      if (turn.kind !== 'answer') throw new Error('the script has no more turns');
      progress.report(new vscode.LanguageModelTextPart(turn.text ?? ''));
      for (const [index, { tool, input }] of (turn.calls ?? []).entries()) {
        progress.report(new vscode.LanguageModelToolCallPart(`call_${index}`, tool, Object(input)));
      }
    },
  };
  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider('e2e', provider));
}

function textOf(message: vscode.LanguageModelChatRequestMessage | undefined): string {
  return (message?.content ?? [])
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ''))
    .join('');
}

function note(request: ModelRequestNoted): void {
  appendFileSync(path.join(process.env['HOME'] ?? '', 'model-requests.jsonl'), `${JSON.stringify(request)}\n`);
}
