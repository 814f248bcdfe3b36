import { redactSync } from './redact.ts';

/** A value of the same shape with every text in it redacted; names of members stay. */
export async function redactTexts<T>(value: T, redact: (text: string) => Promise<string>): Promise<T> {
  // Arrays stay arrays, objects keep their members, and a text stays a text: beyond what the compiler follows.
  return (await redactAny(value, redact)) as T;
}

/** The same at once, by our own patterns: for what is told in order and for what is kept, behind `redactTexts`. */
export function redactTextsSync<T>(value: T): T {
  return redactAnySync(value) as T;
}

function redactAnySync(value: unknown): unknown {
  if (typeof value === 'string') return redactSync(value);
  if (Array.isArray(value)) return value.map(redactAnySync);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, redactAnySync(member)]));
}

async function redactAny(value: unknown, redact: (text: string) => Promise<string>): Promise<unknown> {
  if (typeof value === 'string') return await redact(value);
  if (Array.isArray(value)) return await Promise.all(value.map(async (item) => await redactAny(item, redact)));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(async ([name, member]) => [name, await redactAny(member, redact)] as const);
  return Object.fromEntries(await Promise.all(members));
}
