/**
 * Bytes as a text that can be scanned, whatever they are, without a byte order mark: UTF-16 is decoded, and of other bytes with NULs in them at
 * least the readable parts are kept, so that calling a file binary hides nothing.
 */
export function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return bytes
      .subarray(2, bytes.length & ~1)
      .swap16()
      .toString('utf16le');
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  // UTF-16 without a mark reads as letters with a NUL after (or before) each.
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/** Line and column (both from 1) of an offset in a text. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
