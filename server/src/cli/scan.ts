import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { scanSecrets } from '../scan/secrets.ts';
import type { SecretMatch } from '../scan/secretScan.ts';
import { positionOf, textOf } from '../scan/text.ts';
import { exitFailed, type CliCommand, type CliContext } from './command.ts';
import { readOptions, workspaceOf } from './options.ts';
import { readInput } from './readInput.ts';

const line = z.object({ id: z.union([z.string(), z.number()]), text: z.string() });

/** `loki scan`: says where a secret is and of what kind, never the secret. Reads only. Exit 1 when something was found. */
export const scanCommand: CliCommand = {
  name: 'scan',
  usage:
    'loki scan FILE…           exit code 0 nothing found, 1 a secret found, 3 an error\nloki scan --stdin         with --json: one {"id","text"} a line in, one answer a line out',
  options: [['--stdin', 'scan what comes on standard input']],
  summary: 'Look for secrets in files or in what comes on standard input',
  run: async (args, ctx) => {
    const { values, positionals } = readOptions(args, { stdin: { type: 'boolean' } });
    const isStdin = values.stdin === true;
    if (isStdin === positionals.length > 0) throw new Failure('usage', 'give files to scan, or --stdin; see --help');
    if (isStdin && values.json === true) return await scanLines(ctx);
    if (isStdin) return (await report(ctx, 'stdin', textOf(await readInput(ctx)), false)) ? 1 : 0;
    return await scanFiles(ctx, workspaceOf(values, ctx), positionals, values.json === true);
  },
};

async function scanFiles(ctx: CliContext, folder: string, names: readonly string[], isJson: boolean): Promise<number> {
  let hasFindings = false;
  let hasProblem = false;
  for (const name of names) {
    ctx.signal.throwIfAborted();
    try {
      const text = textOf(await readFile(path.resolve(folder, name)));
      if (await report(ctx, name, text, isJson)) hasFindings = true;
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === null) throw error;
      const why = { ENOENT: 'there is no such file', EISDIR: 'it is a folder; give the files in it' }[code];
      ctx.tell(`${name} was not scanned: ${why ?? `it could not be read (${code})`}\n`);
      hasProblem = true;
    }
  }
  // A file that was not read is worse than a finding: nobody knows what is in it.
  if (hasProblem) return exitFailed;
  return hasFindings ? 1 : 0;
}

async function report(ctx: CliContext, name: string, text: string, isJson: boolean): Promise<boolean> {
  const findings = await scanSecrets(text);
  if (isJson) ctx.print(`${JSON.stringify({ file: name, findings: findings.map(onWire) })}\n`);
  else {
    for (const { rule, kind, start } of findings) {
      const { line, column } = positionOf(text, start);
      ctx.print(`${name}:${line}:${column}: ${kind} (${rule})\n`);
    }
  }
  return findings.length > 0;
}

/** One `{"id","text"}` a line in, one `{"id","findings"}` a line out, in the same order. */
async function scanLines(ctx: CliContext): Promise<number> {
  let hasFindings = false;
  let hasProblem = false;
  for await (const raw of createInterface({ input: ctx.stdin, crlfDelay: Infinity, signal: ctx.signal })) {
    ctx.signal.throwIfAborted();
    if (raw.trim() === '') continue;
    const asked = parseLine(raw);
    if (asked === null) {
      const error = 'the line is not a JSON object with "id" and "text"';
      ctx.print(`${JSON.stringify({ id: null, findings: [], error })}\n`);
      hasProblem = true;
      continue;
    }
    const findings = await scanSecrets(asked.text);
    if (findings.length > 0) hasFindings = true;
    ctx.print(`${JSON.stringify({ id: asked.id, findings: findings.map(onWire) })}\n`);
  }
  ctx.signal.throwIfAborted();
  if (hasProblem) return exitFailed;
  return hasFindings ? 1 : 0;
}

function parseLine(raw: string): z.infer<typeof line> | null {
  try {
    return z.safeParse(line, JSON.parse(raw)).data ?? null;
  } catch {
    return null;
  }
}

function onWire({ rule, kind, start, end, severity }: SecretMatch) {
  return { rule, kind, start, end, severity };
}
