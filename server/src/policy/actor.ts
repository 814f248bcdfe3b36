/** Who proposes an action: an agent of the roster, or Loki itself (worktree, gates, merge). */
export type Actor =
  { readonly kind: 'agent'; readonly name: string; readonly swarm: string } | { readonly kind: 'loki' };

/** The name an actor is recorded under in the audit log. */
export function actorName(actor: Actor): string {
  return actor.kind === 'loki' ? 'loki' : actor.name;
}
