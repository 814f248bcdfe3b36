import type { Finding, GateResult } from '#protocol/gate';

/** Required gates first, then by how bad they are; otherwise in the order in which they ran. */
export function orderedGates(gates: readonly GateResult[]): readonly GateResult[] {
  return gates.toSorted(
    (a, b) => Number(b.isRequired) - Number(a.isRequired) || statusWeight[a.status] - statusWeight[b.status],
  );
}

/** The most severe findings first, then by place. */
export function orderedFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      severityWeight[a.severity] - severityWeight[b.severity] ||
      (a.path ?? '').localeCompare(b.path ?? '') ||
      (a.line ?? 0) - (b.line ?? 0),
  );
}

const statusWeight = { failed: 0, inconclusive: 1, skipped: 2, passed: 3 } as const;
const severityWeight = { high: 0, medium: 1, low: 2 } as const;
