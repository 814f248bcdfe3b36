/** A value of the same shape with every text in it redacted; names of members stay. */
export async function redactTexts<T>(value: T, redact: (text: string) => Promise<string>): Promise<T> {
  // Arrays stay arrays, objects keep their members, and a text stays a text: beyond what the compiler follows.
  return (await redactAny(value, redact)) as T;
}

async function redactAny(value: unknown, redact: (text: string) => Promise<string>): Promise<unknown> {
  if (typeof value === 'string') return await redact(value);
  if (Array.isArray(value)) return await Promise.all(value.map(async (item) => await redactAny(item, redact)));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(async ([name, member]) => [name, await redactAny(member, redact)] as const);
  return Object.fromEntries(await Promise.all(members));
}
