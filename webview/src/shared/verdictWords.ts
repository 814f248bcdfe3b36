import type { Verdict } from '#protocol/gate';
import type { IconName } from './icon.ts';

export interface VerdictWords {
  readonly icon: IconName;
  readonly tone: 'good' | 'doubtful' | 'bad';
  /** What the verdict means, where nothing else says it. */
  readonly meaning: string;
  /** What to make of it, beside the reason. */
  readonly advice: string;
}

export const verdictWords: Readonly<Record<Verdict, VerdictWords>> = {
  VERIFIED: {
    icon: 'passed',
    tone: 'good',
    meaning: 'Loki ran every required gate itself; all of them passed, and no finding is open.',
    advice: "Loki ran the gates itself and took no agent's word for it.",
  },
  CONCERNS: {
    icon: 'warning',
    tone: 'doubtful',
    meaning: 'No required gate failed, but not everything could be checked or is in order. Look before you accept.',
    advice: 'Look at what is open before you accept.',
  },
  BLOCKED: {
    icon: 'failed',
    tone: 'bad',
    meaning: 'A required gate failed, or a finding of high severity is open. Do not accept this as it is.',
    advice: 'Do not accept this as it is; its findings say what is wrong.',
  },
};
