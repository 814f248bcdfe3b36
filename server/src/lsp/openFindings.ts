import type { Finding } from '#protocol/gate';
import type { RunEvent } from '#protocol/run';

/**
 * The findings that are open after these events of a run: of reviewers those of the last review, of each gate those of
 * the last time it ran; after the result, what it says. Each finding once.
 */
export function openFindings(events: readonly RunEvent[]): readonly Finding[] {
  let reviewed: readonly Finding[] = [];
  const gates = new Map<string, readonly Finding[]>();
  for (const event of events) {
    switch (event.type) {
      case 'phase':
        if (event.phase === 'reflect') reviewed = [];
        break;
      case 'finding':
        reviewed = [...reviewed, event.finding];
        break;
      case 'gate':
        gates.set(event.gate.id, event.gate.findings);
        break;
      case 'result':
        reviewed = event.findings;
        gates.clear();
        for (const { id, findings } of event.gates) gates.set(id, findings);
        break;
      default:
    }
  }
  const all = [...[...gates.values()].flat(), ...reviewed];
  return [...new Map(all.map((finding) => [finding.id, finding])).values()];
}
