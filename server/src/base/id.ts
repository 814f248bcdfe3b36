import { randomBytes } from 'node:crypto';

export type RunId = string & { readonly brand: 'RunId' };
export type TaskId = string & { readonly brand: 'TaskId' };
export type ActionId = string & { readonly brand: 'ActionId' };

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

// Drawn from the system a few hundred bytes at a time: an id is made for every model request.
let pool = Buffer.alloc(0);

function draw(bytes: number): Buffer {
  if (pool.length < bytes) pool = randomBytes(50 * bytes);
  const drawn = pool.subarray(0, bytes);
  pool = pool.subarray(bytes);
  return drawn;
}

/** Ten characters of 32 (50 bits), none of them easily mistaken for another. */
export function randomName(): string {
  let name = '';
  for (const byte of draw(10)) name += alphabet.charAt(byte % 32);
  return name;
}

export const newRunId = (): RunId => `run-${randomName()}` as RunId;
export const newTaskId = (): TaskId => `task-${randomName()}` as TaskId;
export const newActionId = (): ActionId => `act-${randomName()}` as ActionId;
