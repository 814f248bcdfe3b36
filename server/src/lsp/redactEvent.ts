import type { RunEvent } from '#protocol/run';

/** Takes secrets out of one text. */
export type RedactText = (text: string) => string | Promise<string>;

/** How much of one text of an action is told: a page is for reading, and what an approval shows is never cut. */
const longestText = 20_000;

/** The event as it may be kept and shown: secrets taken out, and of what an action carries only as much as people read. */
export async function redactEvent(event: RunEvent, redact: RedactText): Promise<RunEvent> {
  const redacted = await redactTexts(event, redact);
  return redacted.type === 'action' ? cut(redacted) : redacted;
}

/** The same value with every text redacted, names of members included: an agent chooses those of its arguments. */
export async function redactTexts<T>(value: T, redact: RedactText): Promise<T> {
  // The shape stays as it is: only texts are replaced by texts.
  return (await walk(value, async (text) => await redact(text))) as T;
}

async function walk(value: unknown, change: (text: string) => Promise<string>): Promise<unknown> {
  if (typeof value === 'string') return await change(value);
  if (Array.isArray(value)) return await Promise.all(value.map(async (item) => await walk(item, change)));
  if (typeof value !== 'object' || value === null) return value;
  const members = await Promise.all(
    Object.entries(value).map(async ([name, member]) => {
      return [await change(name), await walk(member, change)] as const;
    }),
  );
  return Object.fromEntries(members);
}

function cut<T>(value: T): T {
  if (typeof value === 'string') {
    if (value.length <= longestText) return value;
    const rest = value.length - longestText;
    // A text is replaced by a text.
    return `${value.slice(0, longestText)}… (${rest} characters more)` as T;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => cut(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]: [string, unknown]) => [name, cut(member)])) as T;
}
