import type { Finding, GateResult } from '#protocol/gate';
import { visible } from '#protocol/visible';
import { plainMarkdownLine } from '../markdown.ts';

const meaning = {
  high: 'A high finding that is still open after the last cycle makes the verdict BLOCKED: the result should not be taken.',
  medium: 'A medium finding does not block the result. Look at it before you accept.',
  low: 'A low finding is a remark; it changes no verdict.',
} as const;

/** A finding in Markdown, for people. What was found is quoted, never read as Markdown. */
export function explanationOf(finding: Finding, gate: GateResult | null): string {
  const { severity, message, path, line, rule, source } = finding;
  const place = path === null ? 'the whole result' : `${path}${line === null ? '' : `, line ${line}`}`;
  return [
    '# What was found',
    quoted(message),
    '| | |',
    '|---|---|',
    `| Where | ${plainMarkdownLine(place)} |`,
    `| Severity | ${severity} |`,
    `| Found by | ${plainMarkdownLine(source)}${gate === null ? ', a reviewing agent' : `, a ${gate.isRequired ? 'required' : 'optional'} gate`} |`,
    `| Rule | ${plainMarkdownLine(rule)} |`,
    '',
    '# What it means',
    meaning[severity],
    ...(gate === null ? [] : evidenceOf(gate)),
    '',
    '# What you can do',
    'Put the cursor on the finding and choose *Fix with Loki*: a task with these words starts on a branch of its own. Or mend it yourself; the gate looks again at the next run.',
    '',
  ].join('\n');
}

function evidenceOf({ status, command, exitCode, summary }: GateResult): readonly string[] {
  const ran =
    command === null ? 'The gate runs no command.' : `The gate ran this and it ended with code ${exitCode ?? '?'}:`;
  return [
    '',
    '# The evidence',
    `The gate says *${status}*: ${plainMarkdownLine(summary)}`,
    '',
    ran,
    ...(command === null ? [] : [quoted(command)]),
  ];
}

/** Every line indented as code, so that nothing in it can be a link, a picture or a command. */
function quoted(text: string): string {
  return `\n${visible(text)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`;
}
