import type { ActionOf } from '#protocol/action';
import type { PathUse } from './pathUse.ts';
import { readCommand } from './shell/commandReading.ts';

/** Every path that a command line names, from every folder in which the part that names it may run. */
export function commandPathUses(action: ActionOf<'command'>): readonly PathUse[] {
  return readCommand(action).uses;
}
