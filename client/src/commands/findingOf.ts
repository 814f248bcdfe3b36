import * as z from 'zod/mini';
import { gateRead, type Finding, type GateResult } from '#protocol/gate';
import { runEvents } from '#protocol/task';
import type { Client } from '../client.ts';
import { SidecarFailure } from '../sidecar/sidecarFailure.ts';

/** What the two commands about a finding are given by the sidecar's code actions and by pages: finding, run, workspace. */
const reference = z.tuple([z.string(), z.nullable(z.string()), z.string()]);
/** What the editor gives them from the menus of the Gates view. */
const node = z.object({
  finding: z.object({ id: z.string() }),
  scope: z.object({ runId: z.nullable(z.string()), workspace: z.string() }),
});

export interface FoundFinding {
  readonly workspace: string;
  readonly finding: Finding;
  /** The gate that found it; null for a reviewing agent. */
  readonly gate: GateResult | null;
}

/** The finding with this id: of the latest gates, else of the run that it was found in. */
export async function findingOf({ sidecar }: Pick<Client, 'sidecar'>, args: readonly unknown[]): Promise<FoundFinding> {
  const clicked = z.safeParse(node, args[0]);
  const given = clicked.success
    ? [clicked.data.finding.id, clicked.data.scope.runId, clicked.data.scope.workspace]
    : args.slice(0, 3);
  const parsed = z.safeParse(reference, given);
  if (!parsed.success) throw new SidecarFailure('usage', 'this command is about a finding; call it from one');
  const [findingId, runId, workspace] = parsed.data;
  const state = await sidecar.ask(gateRead, { workspace });
  const found = findIn(findingId, state.gates, state.findings);
  if (found !== null) return { workspace, ...found };
  if (runId !== null) {
    const { summary, events } = await sidecar.ask(runEvents, { workspace, runId, after: 0 });
    const told = events.flatMap(({ event }) => (event.type === 'finding' ? [event.finding] : []));
    const gates = events.flatMap(({ event }) => (event.type === 'gate' ? [event.gate] : []));
    const earlier = findIn(findingId, [...(summary.result?.gates ?? []), ...gates.toReversed()], told);
    if (earlier !== null) return { workspace, ...earlier };
  }
  throw new SidecarFailure('usage', 'this finding is not there any more; the gates have looked again since');
}

function findIn(
  id: string,
  gates: readonly GateResult[],
  findings: readonly Finding[],
): Pick<FoundFinding, 'finding' | 'gate'> | null {
  for (const gate of gates) {
    const finding = gate.findings.find((one) => one.id === id);
    if (finding !== undefined) return { finding, gate };
  }
  const finding = findings.find((one) => one.id === id);
  return finding === undefined ? null : { finding, gate: gates.find((gate) => gate.id === finding.source) ?? null };
}
