import type { RuleSource } from '#protocol/policy';
import type { ConfigDocument } from './schema.ts';

/** What one source says: a file, or the environment. Sources come highest first, and no later one loosens an earlier. */
export interface Tier {
  readonly tier: RuleSource['tier'];
  readonly values: ConfigDocument;
  readonly sourceOf: (path: readonly (string | number)[]) => RuleSource;
}
