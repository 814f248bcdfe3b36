import type { RuleSource } from '#protocol/policy';
import { configInvalid } from './problem.ts';
import { readYaml } from './readYaml.ts';
import { configSchema, type ConfigDocument } from './schema.ts';

/** A configuration file's values, and where each of them stands. */
export interface ParsedConfig {
  readonly values: ConfigDocument;
  /** The source of a value: a path such as `['scope', 'denied_paths', 0]`. */
  readonly sourceOf: (path: readonly (string | number)[]) => RuleSource;
}

/** Parses a file's text; every problem is reported with line and column, in one `config_invalid` failure. */
export function parseConfig(text: string, file: string, tier: RuleSource['tier']): ParsedConfig {
  const yaml = readYaml(text, file);
  const sourceOf: ParsedConfig['sourceOf'] = (path) => ({ tier, file, line: yaml.lineOf(path) });
  if (yaml.values === undefined) return { values: {}, sourceOf };
  const parsed = configSchema.safeParse(yaml.values);
  if (!parsed.success) throw configInvalid(parsed.error.issues.flatMap((issue) => yaml.issueProblems(issue)));
  const misplaced = misplacedKeys(parsed.data, tier).map(({ path, message }) =>
    yaml.problemAtKey(path, `${path.join('.')}: ${message}`),
  );
  if (misplaced.length > 0) throw configInvalid(misplaced);
  return { values: parsed.data, sourceOf };
}

/** What a file of this tier may not say, though it is a key elsewhere. */
function misplacedKeys(
  { audit, cost }: ConfigDocument,
  tier: RuleSource['tier'],
): readonly { readonly path: readonly string[]; readonly message: string }[] {
  const misplaced = [];
  if (audit?.disabled !== undefined)
    misplaced.push({
      path: ['audit', 'disabled'],
      message: 'is no key of a file; it is the environment variable LOKI_AUDIT_DISABLED',
    });
  if (audit?.may_be_disabled !== undefined && tier !== 'managed')
    misplaced.push({
      path: ['audit', 'may_be_disabled'],
      message: 'can be said by the managed configuration only; remove it here',
    });
  if (cost?.may_be_raised !== undefined && tier !== 'managed')
    misplaced.push({
      path: ['cost', 'may_be_raised'],
      message: 'can be said by the managed configuration only; remove it here',
    });
  return misplaced;
}
