import type { AuditEntry } from '#protocol/audit';
import { visible } from '#protocol/visible';
import { textIn } from './facts.ts';
import type { ExportFormat } from './exportFormat.ts';
import { plainJson } from './plainJson.ts';

// RFC 4180: a header, commas, line ends of two characters, quotes where they are needed. The file is opened by
// spreadsheets, which take a cell that begins like a formula for one, so such cells begin with an apostrophe.

type Column = readonly [name: string, cell: (entry: AuditEntry) => string];

const fromMetadata = [
  'task_id',
  'run_id',
  'phase',
  'agent',
  'swarm',
  'provider',
  'model',
  'stage',
  'decision',
  'result',
  'reason',
  'by',
  'input_tokens',
  'output_tokens',
  'cost_usd',
  'duration_ms',
];

const columns: readonly Column[] = [
  ['seq', ({ seq }) => String(seq)],
  ['timestamp', ({ timestamp }) => textCell(timestamp)],
  ['who', ({ who }) => textCell(who)],
  ['what', ({ what }) => textCell(what)],
  ['where', ({ where }) => textCell(where)],
  ['why', ({ why }) => textCell(why)],
  ...fromMetadata.map((name): Column => [name, ({ metadata }) => memberCell(metadata, name)]),
  // All of it, so that nothing is lost; as JSON it begins with a brace.
  ['metadata', ({ metadata }) => (metadata === null ? '' : quoted(plainJson(metadata)))],
  ['previousHash', ({ previousHash }) => textCell(previousHash)],
  ['hash', ({ hash }) => textCell(hash)],
];

export const csv: ExportFormat = {
  head: `${columns.map(([name]) => name).join(',')}\r\n`,
  entry: ({ entry }) => `${columns.map(([, cell]) => cell(entry)).join(',')}\r\n`,
};

/** A number is one in a spreadsheet too; a text that looks like one is text. */
function memberCell(metadata: AuditEntry['metadata'], name: string): string {
  return typeof metadata?.[name] === 'number' ? String(metadata[name]) : textCell(textIn(metadata, name));
}

/** What a spreadsheet takes for the beginning of a formula, in half and full width, and the mark against it itself. */
const formula = /^[=+\-@\t\r\n'＝＋－＠]/;

function textCell(text: string | null): string {
  if (text === null) return '';
  return quoted(visible(formula.test(text) ? `'${text}` : text));
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
