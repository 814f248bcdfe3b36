import { hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { listSegmentsSync } from '../../../server/src/audit/file/segments.ts';
import { verifyAuditLog } from '../../../server/src/audit/verify/verify.ts';

// One way to go through a log, in a process of its own, so that its memory is its own too: prints seconds and peak.

const [way = '', folder = ''] = process.argv.slice(2);
const started = process.resourceUsage();
const startedCpuSeconds = (started.userCPUTime + started.systemCPUTime) / 1e6;
const startedMs = performance.now();
const entries = way === 'verify' || way === 'strict' ? await verify(way === 'strict') : scan(way === 'parse');
const seconds = (performance.now() - startedMs) / 1000;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6 - startedCpuSeconds;
process.stdout.write(JSON.stringify({ entries, seconds, cpuSeconds, peakMb: maxRSS / 1024 }));

async function verify(isStrict: boolean): Promise<number> {
  const result = await verifyAuditLog(folder, { isStrict });
  if ('kind' in result || !result.valid || result.completeness !== 'complete') throw new Error(JSON.stringify(result));
  return result.entries;
}

/** The least that any check of the chain must do: find the lines and hash them, and for a strict one also parse them. */
function scan(parses: boolean): number {
  const suffix = 75;
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  let lines = 0;
  for (const segment of listSegmentsSync(folder)) {
    const descriptor = openSync(segment.path, 'r');
    let kept = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, kept, buffer.length - kept, null);
      if (read === 0) break;
      const filled = kept + read;
      let start = 0;
      for (let end = buffer.indexOf(10, kept); end !== -1 && end < filled; end = buffer.indexOf(10, start)) {
        if (hash('sha256', buffer.subarray(start, end - suffix), 'hex') === '') throw new Error('no hash');
        if (parses) JSON.parse(buffer.toString('utf8', start, end));
        lines += 1;
        start = end + 1;
      }
      buffer.copyWithin(0, start, filled);
      kept = filled - start;
    }
    closeSync(descriptor);
  }
  return lines;
}
