import { isAlias, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type * as z from 'zod';
import { issueWords } from '../base/issueWords.ts';
import { configInvalid, type Problem } from './problem.ts';

/** A path in a file's values, such as `['scope', 'denied_paths', 0]`. */
export type ValuePath = readonly (string | number)[];

/** A file's values, as they are written and not yet checked against a schema, and where each of them stands. */
export interface YamlValues {
  /** Undefined for a file that says nothing. */
  readonly values: unknown;
  readonly lineOf: (path: ValuePath) => number | null;
  /** The problem at a value's place. */
  readonly problemAt: (path: ValuePath, message: string) => Problem;
  /** The problem at a key's place. */
  readonly problemAtKey: (path: ValuePath, message: string) => Problem;
  /** What a schema says against the value at a path, each at its place. */
  readonly issueProblems: (issue: z.core.$ZodIssue, at?: ValuePath) => readonly Problem[];
}

/** Parses the text of a YAML or JSON file; every problem is reported with line and column, in one `config_invalid` failure. */
export function readYaml(text: string, file: string): YamlValues {
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
  const isEmpty = document.contents === null || isEmptyScalar(document);
  return {
    values: isEmpty ? undefined : document.toJS({ maxAliasCount: 0 }),
    lineOf: (path) => (isEmpty ? null : lines.linePos(offsetOf(document, path)).line),
    problemAt: (path, message) => ({ where: where(offsetOf(document, path)), message }),
    problemAtKey: (path, message) => ({ where: where(keyOffset(document, path)), message }),
    issueProblems: (issue, at = []) => issueProblems(issue, at, document, where),
  };
}

/** A path in words: `scope.denied_paths[0]`. */
export function pathName(path: ValuePath): string {
  return path.length === 0 ? 'the file' : path.join('.').replace(/\.(\d+)/g, '[$1]');
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
  at: ValuePath,
  document: Document.Parsed,
  where: (offset: number) => string,
): Problem[] {
  const path = [...at, ...issue.path.filter((part) => typeof part !== 'symbol')];
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
  return [{ where: where(offsetOf(document, path)), message: `${pathName(path)}: ${issueWords(issue)}` }];
}

/** Where a value stands; where it is missing, the nearest thing around it. */
function offsetOf(document: Document.Parsed, path: ValuePath): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range[0] ?? 0;
}

function keyOffset(document: Document.Parsed, path: ValuePath): number {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (isMap(parent)) {
    for (const pair of parent.items) {
      if (isPair(pair) && isScalar(pair.key) && pair.key.value === path.at(-1)) return pair.key.range?.[0] ?? 0;
    }
  }
  return offsetOf(document, path);
}
