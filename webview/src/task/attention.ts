import type { TurnItem } from './taskModel.ts';
import type { TaskFilter } from './taskState.ts';

/** Whether a person should look at it: it did not go the plain way, or it waits. */
export function needsAttention(item: TurnItem): boolean {
  switch (item.kind) {
    case 'said':
      return false;
    case 'notice':
      return item.level === 'warning';
    case 'action':
      return item.state !== 'done' && item.state !== 'running';
    default:
      return item satisfies never;
  }
}

export function isShown(item: TurnItem, filter: TaskFilter): boolean {
  if (filter === 'everything') return true;
  if (filter === 'actions') return item.kind !== 'said';
  return needsAttention(item);
}
