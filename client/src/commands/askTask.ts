import * as vscode from 'vscode';
import { runEstimate } from '#protocol/task';
import type { Client } from '../client.ts';
import { estimateWords } from './estimateWords.ts';
import type { Selection } from './selection.ts';

const longestTask = 20_000;

/**
 * Asks for the words of a task; undefined when nobody gave any. A selected line is offered as the text; selected lines
 * are added below it, because an input box holds one line. What it may cost is said as soon as it is known.
 */
export async function askTask(
  { sidecar }: Client,
  folder: string,
  provider: string | null,
  selected: Selection | null,
): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  const isBelow = selected !== null && selected.text.includes('\n');
  const added = isBelow ? `The selection (${selected.place}) is added. ` : '';
  box.title = 'Loki: Run Task';
  box.placeholder = 'What should be done? For example: make the date parser accept ISO weeks';
  box.prompt = `${added}Enter goes on, Escape leaves.`;
  box.ignoreFocusOut = true;
  if (selected !== null && !isBelow) box.value = selected.text.trim();
  const begun = new Promise<string | undefined>((resolve) => {
    box.onDidChangeValue((value) => {
      box.validationMessage = value.length > longestTask ? `At most ${longestTask} characters` : '';
    });
    box.onDidAccept(() => {
      const text = box.value.trim();
      if (text === '') box.validationMessage = 'Say what should be done';
      else if (text.length <= longestTask) resolve(text);
    });
    box.onDidHide(() => resolve(undefined));
  });
  box.show();
  if (provider !== null) {
    void estimate(sidecar, folder, provider).then((words) => {
      if (words !== null) box.prompt = `${added}${provider}: ${words}. Enter goes on, Escape leaves.`;
      return words;
    });
  }
  const text = await begun;
  box.dispose();
  if (text === undefined || !isBelow) return text;
  return `${text}\n\nThis is about ${selected.place}:\n\n${selected.text}`.slice(0, longestTask);
}

/** Null when it cannot be told: that is no reason to hold up the task, and its limit holds all the same. */
async function estimate(sidecar: Client['sidecar'], workspace: string, provider: string): Promise<string | null> {
  try {
    return estimateWords(await sidecar.ask(runEstimate, { workspace, provider }));
  } catch {
    return null;
  }
}
