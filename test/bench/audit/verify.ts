import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { row } from '../measure.ts';
import { writeSignedLog } from './signedLogFile.ts';

const rounds = 3;
type Way = 'scan' | 'parse' | 'verify' | 'strict';

interface Pass {
  readonly seconds: number;
  /** Of the processor: the same however busy the machine is. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** What verifying a log of a million entries costs, beside the least that any check must do over the same bytes. */
export function benchVerify(entries = 1_000_000): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-bench-verify-'));
  try {
    writeSignedLog(folder, entries);
    // Bundled, as it is shipped: taking the types out of sources costs memory of its own.
    const program = path.join(folder, 'verifyProcess.mjs');
    buildSync({
      entryPoints: [path.join(import.meta.dirname, 'verifyProcess.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'warning',
    });
    const { scan, parse, verify, strict } = best(program, folder);
    row(`bare scan and hash of ${entries} lines`, seconds(scan), memory(scan));
    row('the same and a bare JSON.parse', seconds(parse), memory(parse));
    row('verify', seconds(verify), `${ratio(verify, scan)} x the scan (bar 1.6), ${memory(verify)} (bar 120)`);
    row('verify --strict', seconds(strict), `${ratio(strict, parse)} x scan and parse (bar 3), ${memory(strict)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The quickest of some rounds of each, one after another in turn, so that whatever else the machine does hits all alike. */
function best(program: string, folder: string): Readonly<Record<Way, Pass>> {
  const found: Record<Way, Pass[]> = { scan: [], parse: [], verify: [], strict: [] };
  for (let round = 0; round < rounds; round += 1) {
    found.scan.push(pass(program, 'scan', folder));
    found.verify.push(pass(program, 'verify', folder));
    found.parse.push(pass(program, 'parse', folder));
    found.strict.push(pass(program, 'strict', folder));
  }
  const quickest = (passes: readonly Pass[]): Pass => ({
    seconds: Math.min(...passes.map((one) => one.seconds)),
    cpuSeconds: Math.min(...passes.map((one) => one.cpuSeconds)),
    peakMb: Math.max(...passes.map((one) => one.peakMb)),
  });
  return {
    scan: quickest(found.scan),
    parse: quickest(found.parse),
    verify: quickest(found.verify),
    strict: quickest(found.strict),
  };
}

function pass(program: string, way: Way, folder: string): Pass {
  const printed = execFileSync(process.execPath, [program, way, folder], { encoding: 'utf8' });
  const { seconds, cpuSeconds, peakMb } = JSON.parse(printed) as Pass;
  return { seconds, cpuSeconds, peakMb };
}

function seconds({ seconds: taken }: Pass): string {
  return `${taken.toFixed(2)} s`;
}

function memory({ cpuSeconds, peakMb }: Pass): string {
  return `${cpuSeconds.toFixed(2)} s of processor time, peak ${peakMb.toFixed(0)} MB`;
}

function ratio(one: Pass, other: Pass): string {
  return (one.cpuSeconds / other.cpuSeconds).toFixed(2);
}
