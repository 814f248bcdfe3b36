import type { FocusCharge } from './focusCharges.ts';
import { focusColumns, type FocusCell } from './focusColumns.ts';

/** Charges as CSV by RFC 4180, a header first; null is an empty field. */
export function focusCsv(charges: readonly FocusCharge[]): string {
  const rows = [
    focusColumns.map(([name]) => name),
    ...charges.map((charge) => focusColumns.map(([, cell]) => cell(charge))),
  ];
  return rows.map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function field(cell: FocusCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^-?\d+(\.\d+)?$/.test(cell) ? cell : harmless(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table program takes a text that starts like a formula for one; names of models and tasks come from elsewhere. */
function harmless(text: string): string {
  return /^[\s\p{Cc}]*[=+\-@\t\r＝＋－＠]/u.test(text) ? `'${text}` : text;
}
