import { Failure } from '../base/failure.ts';

/** Longer than any task a person writes, and small enough for every model's context. */
const maxTaskBytes = 100_000;

/** The task's text, trimmed; an empty or far too long one is a failure that says what to do. */
export function validTask(task: string): string {
  const text = task.trim();
  if (text === '')
    throw new Failure('task_empty', 'the task is empty: say what to do, as in loki run "Add a greeting"');
  const bytes = Buffer.byteLength(text);
  if (bytes > maxTaskBytes) {
    throw new Failure(
      'task_too_long',
      `the task is ${Math.round(bytes / 1000)} kB long and may be ${maxTaskBytes / 1000} kB: put the material into a file of the project and name it in the task`,
    );
  }
  return text;
}
