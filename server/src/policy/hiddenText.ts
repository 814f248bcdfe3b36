import type { RuleAnswer } from '#protocol/policy';
import { ask } from './answer.ts';

// Bidirectional controls, tag characters outside of flags, and runs of characters that show nothing.
const hidden =
  /[\u202a-\u202e\u2066-\u2069]|(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]*)[\u{e0001}-\u{e007f}]|[\u200b\u200c\u2060-\u2064\ufeff]{2}|(?<!^)\ufeff/u;

/** Text that shows a reviewer something else than what it says asks before it is written. */
export function judgeHiddenText(text: string): readonly RuleAnswer[] {
  if (!hidden.test(text)) return [];
  return [
    ask({
      rule: 'hidden-text',
      reason: 'the text contains characters that hide or reorder what it says',
      remedy: 'write it without invisible and direction characters',
    }),
  ];
}
