import type { Actor } from './actor.ts';
import type { Policy, Scope } from './policy.ts';

/**
 * The scopes an actor works under: everybody's, and the narrower ones of its name and its swarm. Each is asked, and the
 * most severe answer wins, so a narrower scope can only take away (invariant 7).
 */
export function scopesOf(policy: Policy, actor: Actor): readonly [Scope, ...Scope[]] {
  if (actor.kind === 'loki') return [policy.scope];
  const narrower = [...new Set([actor.name, actor.swarm])].flatMap((name) => {
    const scope = Object.hasOwn(policy.agentScopes, name) ? policy.agentScopes[name] : undefined;
    return scope === undefined ? [] : [scope];
  });
  return [policy.scope, ...narrower];
}
