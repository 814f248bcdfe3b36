import { Failure } from '../base/failure.ts';

/** The environment variable that holds a provider's key: `ANTHROPIC_API_KEY`, `MY_GATEWAY_API_KEY`. */
export function keyVariable(provider: string): string {
  return `${provider.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`;
}

/**
 * A provider's key, or null where none is set. A value that cannot be a key is refused here: in a header it would end
 * up, quoted, in the error of the network layer.
 */
export function readKey(provider: string, env: NodeJS.ProcessEnv): string | null {
  const variable = keyVariable(provider);
  const key = env[variable]?.trim();
  if (key === undefined || key === '') return null;
  if (!/^[\x21-\x7E]{1,4096}$/.test(key)) {
    throw new Failure(
      'key_missing',
      `${variable} holds spaces, line breaks or other characters that no key has; set it again, without quotes`,
    );
  }
  return key;
}
