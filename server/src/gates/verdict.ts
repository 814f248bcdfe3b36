import type { Finding, GateResult, Verdict } from '#protocol/gate';

/**
 * What a run's gates and open findings amount to. `VERIFIED` only when every gate passed: inconclusive and skipped are
 * never a pass, and no gates at all prove nothing.
 */
export function verdictOf(gates: readonly GateResult[], open: readonly Finding[]): Verdict {
  // A gate's own findings were weighed by the gate: those of an optional one must not block through the back door.
  const weighed = new Set(gates.flatMap((gate) => gate.findings.map((finding) => finding.id)));
  const isBlocked =
    gates.some((gate) => gate.isRequired && gate.status === 'failed') ||
    open.some((finding) => finding.severity === 'high' && !weighed.has(finding.id));
  if (isBlocked) return 'BLOCKED';
  return gates.length > 0 && gates.every((gate) => gate.status === 'passed') ? 'VERIFIED' : 'CONCERNS';
}
