import * as vscode from 'vscode';
import { questionAsk } from '#protocol/approval';
import { visible } from '#protocol/visible';
import type { Sidecar } from './sidecar/sidecar.ts';
import { plainWords } from './visible.ts';

/** Questions in words: an agent's, answered in a box, and confirmations of what a project's rules ask for. */
export function answerQuestions(sidecar: Sidecar): void {
  sidecar.answer(questionAsk, async ({ question, kind }, token) => {
    if (kind === 'agent') return { answer: await askWords(question, token) };
    const agree = 'Agree';
    const chosen = await vscode.window.showWarningMessage(
      'Loki: this project asks for your agreement',
      { modal: true, detail: visible(question) },
      agree,
    );
    // Only the button agrees; closing the question is no answer.
    return { answer: chosen === agree ? 'yes' : null };
  });
}

async function askWords(question: string, token: vscode.CancellationToken): Promise<string | null> {
  const reply = 'Answer…';
  const chosen = await vscode.window.showInformationMessage(`Loki: an agent asks: ${plainWords(question)}`, reply);
  if (chosen !== reply || token.isCancellationRequested) return null;
  const words = await vscode.window.showInputBox(
    {
      title: 'Loki: An Agent Asks',
      prompt: plainWords(question),
      ignoreFocusOut: true,
      validateInput: (text) => (text.length > 8000 ? 'At most 8,000 characters' : null),
    },
    token,
  );
  return words === undefined || words.trim() === '' ? null : words.trim();
}
