import { costMeter, type Meter } from '#protocol/cost';
import type { Sidecar } from './sidecar/sidecar.ts';

/** How long an answer serves all who ask: the status bar and each page look at the same money. */
const freshMs = 300;

/** Reads the meter of a folder; null while the sidecar cannot answer. */
export function createMeters(sidecar: Sidecar): (workspace: string) => Promise<Meter | null> {
  const answers = new Map<string, { readonly atMs: number; readonly meter: Promise<Meter | null> }>();
  return async (workspace) => {
    const known = answers.get(workspace);
    if (known !== undefined && performance.now() - known.atMs < freshMs) return await known.meter;
    const isReady = sidecar.state.kind === 'ready';
    const meter = isReady ? sidecar.ask(costMeter, { workspace }).catch(() => null) : Promise.resolve(null);
    answers.set(workspace, { atMs: performance.now(), meter });
    return await meter;
  };
}
