import type { RehearsedAttempt, Rehearsal } from '#protocol/rehearsal';
import { count } from '../base/count.ts';

/** A rehearsal for people at a terminal: what gets through first, then family by family. */
export function rehearsalText({ attempts, families, holes, weak, advice }: Rehearsal): string {
  const width = Math.max(...families.map(({ title }) => title.length));
  const cell = (value: number): string => String(value).padStart(8);
  return [
    holes.length === 0
      ? `Nothing gets through: ${attempts} things that hostile agents try were decided, none was made.`
      : `${count(holes.length, 'attempt')} of ${attempts} would get through:`,
    ...holes.flatMap(holeLines),
    '',
    `${''.padEnd(width)}  refused   asked allowed no limit`,
    ...families.map(
      ({ title, denied, asked, allowed, unlimited }) =>
        `${title.padEnd(width)} ${cell(denied)}${cell(asked)}${cell(allowed)}${cell(unlimited)}`,
    ),
    ...(weak.length === 0 ? [] : ['', 'A person would be asked about these, which a good configuration refuses:']),
    ...weak.map(({ attempt, why }) => `  ${attempt}    (${why})`),
    ...(advice.length === 0 ? [] : ['', 'Nothing limits these, since nobody has set it:']),
    ...advice.map(({ key, remedy }) => `  ${key}: ${remedy}`),
    '',
    'Decided as if no sandbox were there: what it holds back besides is not counted.',
    '',
  ].join('\n');
}

function holeLines({ attempt, why, allowedBy, remedy }: RehearsedAttempt): readonly string[] {
  return [
    '',
    `  ${attempt}`,
    `      what it gains: ${why}`,
    ...allowedBy.map(ruleLine),
    `      to change it: ${remedy}`,
  ];
}

function ruleLine({ rule, reason, source: { tier, file, line } }: RehearsedAttempt['allowedBy'][number]): string {
  const place = file === null ? (tier === 'default' ? 'built in' : tier) : `${file}${line === null ? '' : `:${line}`}`;
  return `      allowed by: ${rule} (${place}): ${reason}`;
}
