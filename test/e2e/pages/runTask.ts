import type { Window } from '../harness/openWindow.ts';

/** Starts a task as a person does who never touches the mouse: palette, text, provider. */
export async function runTask(window: Window, task: string): Promise<void> {
  const { palette } = window;
  await palette.run('Loki: Run Task');
  await palette.asks(/Loki: Run Task/);
  await palette.type(task);
  await palette.accept();
}
