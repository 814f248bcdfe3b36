import type * as z from 'zod';
import type { Problem } from './problem.ts';
import type { ValuePath, YamlValues } from './readYaml.ts';

/** A file that is read item by item, and what is wrong with it so far. */
export interface Reading {
  readonly yaml: YamlValues;
  readonly problems: Problem[];
}

/** Parses the value at a path, or adds to the problems what speaks against it. */
export function parseItem<T extends z.ZodType>(
  { yaml, problems }: Reading,
  schema: T,
  value: unknown,
  path: ValuePath,
): z.infer<T> | null {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.flatMap((issue) => yaml.issueProblems(issue, path)));
  return null;
}
