import { Failure } from '../base/failure.ts';

/** The environment variable that holds a provider's key: `ANTHROPIC_API_KEY`, `MY_GATEWAY_API_KEY`. */
export function keyVariable(provider: string): string {
  return `${provider.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`;
}

/** Names under which other programs of a provider keep its key; ours goes first. */
const otherVariables: Readonly<Record<string, readonly string[]>> = {
  google: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
  azure: ['AZURE_OPENAI_API_KEY'],
};

/** Every variable that a provider's key is looked for in, the first that is set counts. */
export function keyVariables(provider: string): readonly string[] {
  return [keyVariable(provider), ...(Object.hasOwn(otherVariables, provider) ? (otherVariables[provider] ?? []) : [])];
}

/** What a key may consist of: in a header anything else would end up, quoted, in an error of the network layer. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7E]{1,4096}$/.test(text);
}

/**
 * A provider's key, or null where none is set. A value that cannot be a key is refused here: in a header it would end
 * up, quoted, in the error of the network layer.
 */
export function readKey(provider: string, env: NodeJS.ProcessEnv): string | null {
  const variable = keyVariables(provider).find((name) => (env[name] ?? '').trim() !== '');
  const key = variable === undefined ? undefined : env[variable]?.trim();
  if (key === undefined) return null;
  if (!isKey(key)) {
    throw new Failure(
      'key_missing',
      `${variable ?? ''} holds spaces, line breaks or other characters that no key has; set it again, without quotes`,
    );
  }
  return key;
}
