import { createHash } from 'node:crypto';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { openForReading } from '../file/openForReading.ts';
import { segmentName } from '../file/segments.ts';

/** What a full segment is on the disk. */
export interface SegmentDigest {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export async function digestSegment(folder: string, firstSeq: number): Promise<SegmentDigest> {
  const name = segmentName(firstSeq);
  const place = path.join(folder, name);
  const file = await openForReading(place);
  if (file === null) throw new Failure('audit_unwritable', `the segment ${place} of the audit log is gone`);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, bytes);
      if (bytesRead === 0) return { name, bytes, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
