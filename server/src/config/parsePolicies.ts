import type * as z from 'zod';
import type { RuleSource } from '#protocol/policy';
import { expressionForms, parseExpression } from '../policy/policies/expression.ts';
import { compilePattern, maxPatternLength } from '../policy/policies/compilePattern.ts';
import {
  noPolicies,
  type ContentPattern,
  type Policies,
  type Severity,
  type Written,
} from '../policy/policies/policies.ts';
import { parseRule } from './parseRule.ts';
import {
  approvalGateItem,
  dataItem,
  deploymentItem,
  expectationItem,
  patternItem,
  resourceItem,
  root,
} from './policiesSchema.ts';
import { configInvalid } from './problem.ts';
import { parseItem, type Reading } from './reading.ts';
import { pathName, readYaml, type ValuePath } from './readYaml.ts';

/**
 * Parses a policies file. Each section is one item or a list of them. Everything wrong is one `config_invalid` failure
 * with line and column: unknown keys, expressions, patterns that cannot be followed safely, rules whose examples fail.
 */
export function parsePolicies(text: string, file: string, tier: RuleSource['tier']): Policies {
  const yaml = readYaml(text, file);
  if (yaml.values === undefined) return noPolicies;
  const reading: Reading = { yaml, problems: [] };
  const sections = parseItem(reading, root, yaml.values, []);
  if (sections === null) throw configInvalid(reading.problems);
  const written = (path: ValuePath, name: string | undefined): Written => ({
    source: { tier, file, line: yaml.lineOf(path) },
    name: name ?? null,
    isMonitored: sections.mode === 'monitor',
  });
  const policies: Policies = {
    preExecution: itemsOf(sections, 'pre_execution', reading, (value, path) => {
      const item = parseItem(reading, expectationItem, typeof value === 'string' ? { rule: value } : value, path);
      if (item === null) return null;
      const parsed = parseExpression(item.rule);
      if (parsed.kind === 'unknown') {
        const at = typeof value === 'string' ? path : [...path, 'rule'];
        reading.problems.push(yaml.problemAt(at, `${pathName(at)}: ${expressionForms}`));
        return null;
      }
      return { ...written(path, item.name), expression: parsed.expression, severity: severityOf(item.action) };
    }),
    preDeployment: itemsOf(sections, 'pre_deployment', reading, (value, path) => {
      const item = parseItem(reading, deploymentItem, value, path);
      return item && { ...written(path, item.name), gates: item.gates };
    }),
    resource: itemsOf(sections, 'resource', reading, (value, path) => {
      const item = parseItem(reading, resourceItem, value, path);
      if (item === null) return null;
      if (item.max_tokens === undefined && (item.alerts !== undefined || item.on_exceed !== undefined)) {
        reading.problems.push(yaml.problemAt(path, `${pathName(path)}: alerts and on_exceed need max_tokens`));
      }
      return {
        ...written(path, item.name),
        maxTokens: item.max_tokens ?? null,
        providers: item.providers ?? null,
        alerts: (item.alerts ?? []).map((alert) => (alert > 1 ? alert / 100 : alert)),
        onExceed: item.on_exceed ?? 'shutdown',
      };
    }),
    data: itemsOf(sections, 'data', reading, (value, path) => {
      const item = parseItem(reading, dataItem, value, path);
      if (item === null) return null;
      return {
        ...written(path, item.name),
        findsPersonal: item.pii_scanning ?? false,
        patterns: (item.patterns ?? []).flatMap(
          (pattern, index) => parsePattern(reading, pattern, [...path, 'patterns', index]) ?? [],
        ),
        severity: severityOf(item.action),
      };
    }),
    approvalGates: itemsOf(sections, 'approval_gates', reading, (value, path) => {
      const item = parseItem(reading, approvalGateItem, value, path);
      if (item === null) return null;
      return {
        ...written(path, item.name),
        phase: item.phase,
        timeoutMinutes: item.timeout_minutes ?? 10,
        webhook: item.webhook ?? null,
      };
    }),
    rules: itemsOf(sections, 'rules', reading, (value, path) => parseRule(reading, value, path, written)),
  };
  if (reading.problems.length > 0) throw configInvalid(reading.problems);
  return policies;
}

type Section = Exclude<keyof z.infer<typeof root>, 'mode'>;

function itemsOf<T>(
  sections: z.infer<typeof root>,
  section: Section,
  { yaml, problems }: Reading,
  parse: (value: unknown, path: ValuePath) => T | null,
): readonly T[] {
  if (!Object.hasOwn(sections, section)) return [];
  const value = sections[section];
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.length > 1000) problems.push(yaml.problemAt([section], `${section}: must have at most 1000 entries`));
    return items.slice(0, 1000).flatMap((item, index) => parse(item, [section, index]) ?? []);
  }
  return [parse(value, [section])].filter((item) => item !== null);
}

function severityOf(written: Severity | undefined): Severity {
  return written ?? 'deny';
}

function parsePattern(reading: Reading, value: unknown, path: ValuePath): ContentPattern | null {
  const isText = typeof value === 'string';
  const item = parseItem(reading, patternItem, isText ? { pattern: value } : value, path);
  if (item === null) return null;
  const { pattern, name = pattern, ignore_case: ignoreCase = false } = item;
  const problem = problemOf(pattern, ignoreCase);
  if (problem === null) return { name, pattern, ignoreCase };
  const at = isText ? path : [...path, 'pattern'];
  reading.problems.push(reading.yaml.problemAt(at, `${pathName(at)}: the pattern ${problem}`));
  return null;
}

function problemOf(pattern: string, ignoreCase: boolean): string | null {
  if (pattern.length > maxPatternLength) return `must have at most ${maxPatternLength} characters`;
  const compiled = compilePattern(pattern, ignoreCase);
  return compiled.kind === 'invalid' ? compiled.problem : null;
}
