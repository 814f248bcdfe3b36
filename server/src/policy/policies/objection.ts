import type { DecisionKind, RuleAnswer } from '#protocol/policy';
import { allow, ask, deny } from '../answer.ts';
import type { Severity, Written } from './policies.ts';

/** What a policy says against something, before its mode is looked at. */
export interface Objection {
  /** The section, and what of it spoke: `rules`, `resource.max_tokens`. */
  readonly section: string;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * The answer of a policy that has something against an action: as severe as it is written, and in monitor mode only the
 * record of what it would have been.
 */
export function objectTo({ name, source, isMonitored }: Written, severity: Severity, objection: Objection): RuleAnswer {
  const { section, reason } = objection;
  const rule = name === null ? section : `${section}/${name}`;
  const remedy = `${objection.remedy}, or change ${rule} (${placeOf(source)})`;
  const decision = decisions[severity];
  if (isMonitored) {
    const wouldBe = severity === 'warn' ? 'would warn' : `would answer ${decision}`;
    return { ...allow({ rule, reason: `monitor mode, ${wouldBe}: ${reason}`, remedy, source }), wouldDecide: decision };
  }
  if (severity === 'warn') return { ...allow({ rule, reason, remedy, source }), warning: true };
  return severity === 'deny' ? deny({ rule, reason, remedy, source }) : ask({ rule, reason, remedy, source });
}

const decisions: Readonly<Record<Severity, DecisionKind>> = {
  deny: 'DENY',
  require_approval: 'REQUIRE_APPROVAL',
  warn: 'ALLOW',
};

function placeOf({ file, line, tier }: Written['source']): string {
  if (file === null) return `${tier} policies`;
  return line === null ? file : `${file}:${line}`;
}
