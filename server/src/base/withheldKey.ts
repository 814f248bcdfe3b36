/** A variable that a provider's key is looked for in, and the keys that are in use. No child process gets either. */
export interface WithheldKey {
  readonly provider: string;
  readonly variable: string;
  readonly values: readonly string[];
}

/** The first of these variables that somebody named; systems that tell no small letters from large ones have the same. */
export function withheldUnder(name: string, keys: readonly WithheldKey[]): WithheldKey | null {
  return keys.find(({ variable }) => variable === name.toUpperCase()) ?? null;
}

/** In words: why a server does not get it, and what to do. */
export function withheldWords({ provider, variable }: WithheldKey): string {
  return `${variable} is for the key of the model provider ${provider}, which no server gets; give the server a key of its own, in a variable of another name`;
}
