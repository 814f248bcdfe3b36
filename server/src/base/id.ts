import { randomBytes } from 'node:crypto';

export type RunId = string & { readonly brand: 'RunId' };
export type TaskId = string & { readonly brand: 'TaskId' };
export type ActionId = string & { readonly brand: 'ActionId' };

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Ten characters of 32 (50 bits), none of them easily mistaken for another. */
export function randomName(): string {
  return Array.from(randomBytes(10), (byte) => alphabet.charAt(byte % 32)).join('');
}

export const newRunId = (): RunId => `run-${randomName()}` as RunId;
export const newTaskId = (): TaskId => `task-${randomName()}` as TaskId;
export const newActionId = (): ActionId => `act-${randomName()}` as ActionId;
