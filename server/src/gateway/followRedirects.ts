import type { Gateway } from './gateway.ts';

/** How often one fetch may be sent on. */
const maxRedirects = 5;

/**
 * Follows what a fetch is redirected to. Each hop is an action of its own: decided, asked about where needed, recorded,
 * and with a permit that covers that one address.
 */
export function followRedirects(act: Gateway['act']): Gateway['act'] {
  return async (situation, action, signal) => {
    let result = await act(situation, action, signal);
    for (let hop = 1; result.kind === 'done' && result.performed?.redirectedTo !== undefined; hop += 1) {
      if (hop > maxRedirects) return { kind: 'failed', reason: `it redirects more than ${maxRedirects} times` };
      result = await act(situation, { kind: 'fetch', url: result.performed.redirectedTo }, signal);
    }
    return result;
  };
}
