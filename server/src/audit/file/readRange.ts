import type { FileHandle } from 'node:fs/promises';

/** The bytes of a range; fewer where the file ends before it. */
export async function readRange(file: Pick<FileHandle, 'read'>, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
