import type { ActionOf } from '#protocol/action';
import type { PathUse } from './pathUse.ts';

export function commandPathUses(action: ActionOf<'command'>): readonly PathUse[] {
  return action.cwd === undefined ? [] : [{ path: action.cwd, access: 'list', isCertain: true, isFolder: true }];
}
