import { lstat, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { count } from '../base/count.ts';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { findPersonal } from '../scan/personal/findPersonal.ts';
import { scanSecrets } from '../scan/secrets.ts';
import type { SecretMatch } from '../scan/secretScan.ts';
import { positionOf, textOf } from '../scan/text.ts';
import { filesBelow } from '../workspace/filesBelow.ts';
import { exitFailed, type CliCommand, type CliContext } from './command.ts';
import { readOptions, workspaceOf } from './options.ts';
import { readInput } from './readInput.ts';

const line = z.object({ id: z.union([z.string(), z.number()]), text: z.string() });

/** `loki scan`: says where a secret is and of what kind, never the secret. Reads only. Exit 1 when something was found. */
export const scanCommand: CliCommand = {
  name: 'scan',
  usage:
    'loki scan FILE|FOLDER…    exit code 0 nothing found, 1 something found, 3 an error\nloki scan --stdin         with --json: one {"id","text"} a line in, one answer a line out',
  options: [
    ['--stdin', 'scan what comes on standard input'],
    ['--personal', 'look for personal data too: e-mail, social security, telephone and card numbers'],
  ],
  summary: 'Look for secrets in files, in folders or in what comes on standard input',
  run: async (args, ctx) => {
    const { values, positionals } = readOptions(args, { stdin: { type: 'boolean' }, personal: { type: 'boolean' } });
    const find = values.personal === true ? everything : scanSecrets;
    const isStdin = values.stdin === true;
    if (isStdin === positionals.length > 0)
      throw new Failure('usage', 'give files or folders to scan, or --stdin; see --help');
    if (isStdin && values.json === true) return await scanLines(ctx, find);
    if (isStdin) return (await report(ctx, find, 'stdin', textOf(await readInput(ctx)), false)) ? 1 : 0;
    return await scanFiles(ctx, find, {
      folder: workspaceOf(values, ctx),
      names: positionals,
      isJson: values.json === true,
    });
  },
};

type Find = (text: string) => Promise<readonly SecretMatch[]>;

async function everything(text: string): Promise<readonly SecretMatch[]> {
  const secrets = await scanSecrets(text);
  const personal = findPersonal(text).filter(
    ({ start, end }) => !secrets.some((secret) => secret.start < end && start < secret.end),
  );
  return [...secrets, ...personal].sort((a, b) => a.start - b.start);
}

interface Asked {
  readonly folder: string;
  readonly names: readonly string[];
  readonly isJson: boolean;
}

async function scanFiles(ctx: CliContext, find: Find, { folder, names, isJson }: Asked): Promise<number> {
  let hasFindings = false;
  let hasProblem = false;
  let files = 0;
  /** One file that cannot be read keeps no other from being scanned. */
  const attempt = async (name: string, work: (at: string) => Promise<void>): Promise<void> => {
    ctx.signal.throwIfAborted();
    try {
      await work(path.resolve(folder, name));
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === null) throw error;
      const why = code === 'ENOENT' ? 'there is no such file' : `it could not be read (${code})`;
      ctx.tell(`${name} was not scanned: ${why}\n`);
      hasProblem = true;
    }
  };
  const scan = async (name: string, bytes: Buffer): Promise<void> => {
    files++;
    if (await report(ctx, find, name, textOf(bytes), isJson)) hasFindings = true;
  };
  for (const name of names) {
    await attempt(name, async (at) => {
      if (!(await stat(at)).isDirectory()) return await scan(name, await readFile(at));
      for (const file of await filesBelow(at, ctx.signal)) {
        await attempt(path.join(name, file), async (below) => {
          const bytes = await readEntry(below);
          if (bytes !== null) await scan(path.join(name, file), bytes);
        });
      }
    });
  }
  // A file that was not read is worse than a finding: nobody knows what is in it.
  if (hasProblem) return exitFailed;
  if (hasFindings) return 1;
  if (!isJson)
    ctx.print(`${find === scanSecrets ? 'no secret' : 'no secret and nothing personal'} in ${count(files, 'file')}\n`);
  return 0;
}

/** A file met in a folder: of a link what it says, not what it leads to; null for pipes and devices, which may never end. */
async function readEntry(at: string): Promise<Buffer | null> {
  const entry = await lstat(at);
  if (entry.isSymbolicLink()) return Buffer.from(await readlink(at));
  return entry.isFile() ? await readFile(at) : null;
}

async function report(ctx: CliContext, find: Find, name: string, text: string, isJson: boolean): Promise<boolean> {
  const findings = await find(text);
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
async function scanLines(ctx: CliContext, find: Find): Promise<number> {
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
    const findings = await find(asked.text);
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
