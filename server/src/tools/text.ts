import { readSync, type Stats } from 'node:fs';

/** A file is read into memory up to this size and no further. */
export const largestReadBytes = 16 * 1024 * 1024;

export type FileText =
  | { readonly kind: 'text'; readonly text: string; readonly isValid: boolean }
  | { readonly kind: 'binary' }
  | { readonly kind: 'large' };

/** A NUL within the first bytes is the sign of a binary file, as for git. */
const binaryWindow = 8192;

/** Reads an open file as text. Bytes that are no UTF-8 become U+FFFD and `isValid` is false; a BOM stays. */
export function readText(fd: number, { size }: Stats): FileText {
  if (size > largestReadBytes) return { kind: 'large' };
  const bytes = readAll(fd, size);
  if (bytes.subarray(0, binaryWindow).includes(0)) return { kind: 'binary' };
  try {
    return {
      kind: 'text',
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
      isValid: true,
    };
  } catch {
    return { kind: 'text', text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), isValid: false };
  }
}

function readAll(fd: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const count = readSync(fd, bytes, filled, size - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
