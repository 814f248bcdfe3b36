import { visible } from '#protocol/visible';
import type { ExportFormat } from './exportFormat.ts';
import { factsOf, numberIn, textIn, type SubjectKind, type Weight } from './facts.ts';

// ArcSight Common Event Format, version 0 (the standard's revision 25): a header of seven fields between pipes, then
// key=value pairs with the keys and lengths of its dictionary. Without a syslog prefix: the transport adds that.

const severities: Readonly<Record<Weight, number>> = { usual: 2, asked: 4, refused: 6, alarming: 8 };

/** Where the dictionary has a place for what `where` names. */
const whereKeys: Readonly<Record<SubjectKind, string>> = {
  file: 'filePath',
  command: 'dproc',
  address: 'request',
  other: 'destinationServiceName',
};

export const cef: ExportFormat = {
  head: '',
  entry: ({ entry }, { version, logId }) => {
    const { seq, who, where, why, metadata, previousHash, hash } = entry;
    const { what, timeMs, decision, result, reason, outcome, weight, subject } = factsOf(entry);
    const name = [what, result ?? decision].filter((part) => part !== null).join(' ');
    const header = ['CEF:0', 'Loki', 'Loki', version, cut(what, 1023), cut(name, 512), String(severities[weight])];
    const pairs: readonly (readonly [key: string, value: string | number | null, length: number])[] = [
      ['rt', timeMs, 20],
      ['externalId', seq, 40],
      ['deviceExternalId', logId, 255],
      ['suser', who, 1023],
      ['act', decision, 63],
      ['outcome', outcome === 'unknown' ? null : outcome, 63],
      ['reason', reason, 1023],
      ['msg', why, 1023],
      [whereKeys[subject], where, 1023],
      ...custom('cs1', 'task', textIn(metadata, 'task_id'), 4000),
      ...custom('cs2', 'run', textIn(metadata, 'run_id'), 4000),
      ...custom('cs3', 'phase', textIn(metadata, 'phase'), 4000),
      ...custom('cs4', 'agent', textIn(metadata, 'agent'), 4000),
      ...custom('cs5', 'hash', hash, 4000),
      ...custom('cs6', 'previousHash', previousHash, 4000),
      ...custom('cn1', 'inputTokens', numberIn(metadata, 'input_tokens'), 20),
      ...custom('cn2', 'outputTokens', numberIn(metadata, 'output_tokens'), 20),
      ...custom('cn3', 'durationMs', numberIn(metadata, 'duration_ms'), 20),
      ...custom('cfp1', 'costUsd', numberIn(metadata, 'cost_usd'), 40),
    ];
    const extension = pairs.flatMap(([key, value, length]) =>
      value === null || value === '' ? [] : [`${key}=${extensionValue(cut(String(value), length))}`],
    );
    return `${header.map(headerField).join('|')}|${extension.join(' ')}\n`;
  },
};

type Pair = readonly [key: string, value: string | number | null, length: number];

/** A field of the dictionary that means what its label says. */
function custom(key: string, label: string, value: string | number | null, length: number): readonly Pair[] {
  return value === null
    ? []
    : [
        [key, value, length],
        [`${key}Label`, label, 1023],
      ];
}

/** In the header a pipe ends a field, and a line feed has no escape. */
function headerField(text: string): string {
  return visible(text.replaceAll(/\s+/g, ' ')).replaceAll(/[\\|]/g, String.raw`\$&`);
}

/** In a value an equals sign begins another pair, and line ends are written as escapes. */
function extensionValue(text: string): string {
  return text
    .split(/(\r|\n)/)
    .map((part) =>
      part === '\n'
        ? String.raw`\n`
        : part === '\r'
          ? String.raw`\r`
          : visible(part).replaceAll(/[\\=]/g, String.raw`\$&`),
    )
    .join('');
}

/** No more characters than the dictionary allows, and no half of one. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
