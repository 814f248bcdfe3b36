import { isAlias, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type * as z from 'zod';
import type { RuleSource } from '#protocol/policy';
import { issueWords } from '../base/issueWords.ts';
import { configInvalid, type Problem } from './problem.ts';
import { configSchema, type ConfigDocument } from './schema.ts';

/** A configuration file's values, and where each of them stands. */
export interface ParsedConfig {
  readonly values: ConfigDocument;
  /** The source of a value: a path such as `['scope', 'denied_paths', 0]`. */
  readonly sourceOf: (path: readonly (string | number)[]) => RuleSource;
}

/** Parses a file's text; every problem is reported with line and column, in one `config_invalid` failure. */
export function parseConfig(text: string, file: string, tier: RuleSource['tier']): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    uniqueKeys: true,
    lineCounter: lines,
    version: '1.2',
    prettyErrors: false,
    stringKeys: true,
  });
  const where = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return `${file}:${line}:${col}`;
  };
  const problems = syntaxProblems(document, where);
  if (file.endsWith('.json') && text.trim() !== '' && problems.length === 0)
    problems.push(...jsonProblems(text, where));
  if (problems.length > 0) throw configInvalid(problems);
  if (document.contents === null || isEmptyScalar(document))
    return { values: {}, sourceOf: () => ({ tier, file, line: null }) };

  const parsed = configSchema.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (!parsed.success) {
    throw configInvalid(parsed.error.issues.flatMap((issue) => issueProblems(issue, document, where)));
  }
  const misplaced = misplacedKeys(parsed.data, tier).map(({ path, message }) => ({
    where: where(keyOffset(document, path)),
    message: `${path.join('.')}: ${message}`,
  }));
  if (misplaced.length > 0) throw configInvalid(misplaced);
  return {
    values: parsed.data,
    sourceOf: (path) => {
      const offset = offsetOf(document, path);
      return { tier, file, line: lines.linePos(offset).line };
    },
  };
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

function syntaxProblems(document: Document.Parsed, where: (offset: number) => string): Problem[] {
  const problems = [...document.errors, ...document.warnings].map((error) => ({
    where: where(error.pos[0]),
    message:
      error.code === 'DUPLICATE_KEY'
        ? 'this key stands twice; keep one of the two'
        : `${error.message}; mend the YAML here`,
  }));
  if (problems.length > 0) return problems;
  visit(document, {
    Pair: (_, { key }) => {
      // Readers of objects skip this key without a word; here nothing is skipped.
      if (isScalar(key) && key.value === '__proto__') {
        problems.push({ where: where(key.range?.[0] ?? 0), message: '"__proto__" cannot be a name; choose another' });
      }
    },
    Node: (_, node) => {
      const isAnchored = !isAlias(node) && node.anchor !== undefined;
      if (isAlias(node) || isAnchored) {
        problems.push({
          where: where(node.range?.[0] ?? 0),
          message: 'anchors and aliases are not supported; write the value out',
        });
      }
    },
  });
  return problems;
}

function jsonProblems(text: string, where: (offset: number) => string): Problem[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? 0);
    return [{ where: where(position), message: `${message.split('\n')[0] ?? ''}; mend the JSON here` }];
  }
}

function isEmptyScalar(document: Document.Parsed): boolean {
  return isScalar(document.contents) && document.contents.value === null && document.contents.source === '';
}

function issueProblems(
  issue: z.core.$ZodIssue,
  document: Document.Parsed,
  where: (offset: number) => string,
): Problem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      where: where(keyOffset(document, [...path, key])),
      message: `unknown key "${key}"${path.length > 0 ? ` in ${path.join('.')}` : ''}; correct its spelling or remove it`,
    }));
  }
  if (issue.code === 'invalid_key') {
    const reason = issueWords(issue.issues[0] ?? issue);
    return [{ where: where(keyOffset(document, path)), message: `the name "${path.at(-1) ?? ''}" ${reason}` }];
  }
  const name = path.length === 0 ? 'the file' : path.join('.').replace(/\.(\d+)/g, '[$1]');
  return [{ where: where(offsetOf(document, path)), message: `${name}: ${issueWords(issue)}` }];
}

/** Where a value stands; where it is missing, the nearest thing around it. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range[0] ?? 0;
}

function keyOffset(document: Document.Parsed, path: readonly (string | number)[]): number {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (isMap(parent)) {
    for (const pair of parent.items) {
      if (isPair(pair) && isScalar(pair.key) && pair.key.value === path.at(-1)) return pair.key.range?.[0] ?? 0;
    }
  }
  return offsetOf(document, path);
}
