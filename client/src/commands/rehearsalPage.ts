import type { RehearsedAttempt, Rehearsal } from '#protocol/rehearsal';
import { plainMarkdownLine } from '../markdown.ts';

/** A rehearsal in Markdown, for people: what gets through first, then family by family. */
export function rehearsalPage({ attempts, families, holes, weak, advice }: Rehearsal): string {
  return [
    '# What hostile agents would get through',
    '',
    holes.length === 0
      ? `**Nothing.** ${attempts} things that hostile agents try were decided; none of them was made.`
      : `**${holes.length} of ${attempts}** things that hostile agents try would get through. They were only decided; none of them was made.`,
    '',
    ...holes.flatMap(holeLines),
    '| | refused | asked | allowed | no limit set |',
    '|---|--:|--:|--:|--:|',
    ...families.map(
      ({ title, denied, asked, allowed, unlimited }) =>
        `| ${plainMarkdownLine(title)} | ${denied} | ${asked} | ${allowed === 0 ? 0 : `**${allowed}**`} | ${unlimited} |`,
    ),
    '',
    ...section(
      'A person would be asked',
      'A good configuration refuses these.',
      weak.map(({ attempt, why }) => `- \`${code(attempt)}\`: ${plainMarkdownLine(why)}`),
    ),
    ...section(
      'Nothing limits these',
      'Nobody has set what would.',
      advice.map(({ key, remedy }) => `- \`${code(key)}\`: ${plainMarkdownLine(remedy)}`),
    ),
    'Everything is decided as if no sandbox were there: what it holds back besides is not counted.',
    '',
  ].join('\n');
}

function holeLines({ attempt, why, allowedBy, remedy }: RehearsedAttempt): readonly string[] {
  return [
    `## \`${code(attempt)}\``,
    '',
    `- What the agent gains: ${plainMarkdownLine(why)}`,
    ...allowedBy.map(
      ({ reason, source: { file, line, tier } }) =>
        `- Allowed by ${file === null ? plainMarkdownLine(tier === 'default' ? 'what is built in' : tier) : `\`${code(file)}${line === null ? '' : `:${line}`}\``}: ${plainMarkdownLine(reason)}`,
    ),
    `- What to change: ${plainMarkdownLine(remedy)}`,
    '',
  ];
}

function section(title: string, intro: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', intro, '', ...lines, ''];
}

/** Inside backticks only a backtick ends them. */
function code(text: string): string {
  return text.replaceAll('`', "'");
}
