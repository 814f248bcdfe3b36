import * as vscode from 'vscode';
import { editorModelAsk, editorModelList, type EditorModelAnswer, type EditorModelRequest } from '#protocol/model';
import type { Sidecar } from './sidecar/sidecar.ts';

// The editor's own language models, for the sidecar, which decides and records each request before it comes here. The
// editor asks the user for consent the first time, and again whatever it wants to ask.

export function answerForEditorModels(sidecar: Sidecar): void {
  sidecar.answer(editorModelList, async () => {
    const models = await vscode.lm.selectChatModels();
    return { models: models.map(nameOf).filter((name) => /^[\x21-\x7E]{1,200}$/.test(name)) };
  });
  sidecar.answer(editorModelAsk, async (request, token): Promise<EditorModelAnswer> => {
    const model = (await vscode.lm.selectChatModels()).find((candidate) => nameOf(candidate) === request.model);
    if (model === undefined) {
      return {
        kind: 'failed',
        why: `VS Code has no model ${request.model}; choose another with "Loki: Choose Model"`,
        isSent: false,
      };
    }
    let isSent = false;
    try {
      const response = await model.sendRequest(messagesOf(request), optionsOf(request), token);
      isSent = true;
      return { kind: 'answered', ...(await collect(response)) };
    } catch (error) {
      return { kind: 'failed', why: reasonOf(error), isSent: isSent || !isRefused(error) };
    }
  });
}

function nameOf({ vendor, id }: vscode.LanguageModelChat): string {
  return `${vendor}/${id}`;
}

function optionsOf({ tools, maxOutputTokens }: EditorModelRequest): vscode.LanguageModelChatRequestOptions {
  return {
    justification: 'Loki asks the model for the next step of an agent of the task that you have started.',
    modelOptions: { max_tokens: maxOutputTokens },
    tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  };
}

function messagesOf({ instructions, turns }: EditorModelRequest): vscode.LanguageModelChatMessage[] {
  const said = turns.map((turn) => {
    switch (turn.role) {
      case 'user':
        return vscode.LanguageModelChatMessage.User(turn.text);
      case 'assistant':
        return vscode.LanguageModelChatMessage.Assistant([
          new vscode.LanguageModelTextPart(turn.text === '' ? '(no words)' : turn.text),
          ...turn.calls.map(
            ({ callId, tool, input }) => new vscode.LanguageModelToolCallPart(callId, tool, Object(input)),
          ),
        ]);
      case 'tool':
        return vscode.LanguageModelChatMessage.User(
          turn.results.map(
            ({ callId, text }) =>
              new vscode.LanguageModelToolResultPart(callId, [new vscode.LanguageModelTextPart(text)]),
          ),
        );
    }
  });
  // These models have no place of their own for instructions.
  return [vscode.LanguageModelChatMessage.User(instructions), ...said];
}

async function collect(response: vscode.LanguageModelChatResponse) {
  let text = '';
  const calls: { callId: string; tool: string; input: unknown }[] = [];
  for await (const part of response.stream) {
    if (part instanceof vscode.LanguageModelTextPart) text += part.value;
    else if (part instanceof vscode.LanguageModelToolCallPart) {
      calls.push({ callId: part.callId, tool: part.name, input: part.input });
    }
  }
  return { text, calls };
}

/** These come before anything reaches a model. */
function isRefused(error: unknown): boolean {
  const before = [vscode.LanguageModelError.NoPermissions().code, vscode.LanguageModelError.NotFound().code];
  return error instanceof vscode.LanguageModelError && before.includes(error.code);
}

/** What the editor's error means; its own words may quote the request and are not passed on. */
function reasonOf(error: unknown): string {
  if (!(error instanceof vscode.LanguageModelError)) return 'it broke off; try again later';
  switch (error.code) {
    case vscode.LanguageModelError.NoPermissions().code:
      return 'you have not agreed to Loki using it; allow it in VS Code when it asks, or choose another model';
    case vscode.LanguageModelError.NotFound().code:
      return 'VS Code does not have it any more; choose another with "Loki: Choose Model"';
    case vscode.LanguageModelError.Blocked().code:
      return 'it is blocked, or your quota there is used up; wait, or choose another model';
    default:
      return 'it failed; try again later';
  }
}
