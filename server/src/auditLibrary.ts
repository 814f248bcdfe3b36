import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { AuditEntry, AuditVerification } from '#protocol/audit';
import { readHeads } from './audit/heads/readHeads.ts';
import { readEntriesSync } from './audit/query/readEntriesSync.ts';
import { verifyAuditLogSync } from './audit/verify/verifySync.ts';
import { systemClock } from './base/clock.ts';
import { lokiHome } from './base/lokiHome.ts';
import { loadConfig } from './config/loadConfig.ts';
import { loadConfigSync } from './config/loadConfigSync.ts';
import { checkProviderIn } from './runs/checkProvider.ts';
import { openKeychain } from './keychain/openKeychain.ts';
import { openAudit, type Audit } from './runs/openAudit.ts';

// What `require('loki/audit')` gives to other programs: the audit log of one project (docs/audit-library.md). A root of
// its own, which constructs what it needs on first use.

export interface LibraryRecord {
  readonly who: string;
  readonly what: string;
  readonly where?: string | null;
  readonly why?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

interface Project {
  readonly workspace: string;
  readonly folder: string;
  audit: Promise<Audit> | null;
}

let project: Project | null = null;

/** Says which project's log is meant from here on. Reads and writes nothing. */
export function init(projectFolder: string, { folder = '.loki/audit' }: { readonly folder?: string } = {}): void {
  const workspace = path.resolve(projectFolder);
  project = { workspace, folder: path.join(workspace, folder), audit: null };
}

/**
 * Appends an entry; resolves once it is durable. Null where the log is switched off and the entry is none that security
 * depends on. The first call reads the configuration of the project.
 */
export async function record(entry: LibraryRecord): Promise<AuditEntry | null> {
  const given = libraryRecord.safeParse(entry);
  if (!given.success)
    throw new TypeError(
      'audit.record takes { who, what, where, why, metadata }: who and what are texts that are not empty, where and why texts or null, metadata an object',
    );
  const { who, what, where, why, metadata } = given.data;
  const { log } = await opened(initialised());
  return await log.append({ who, what, where: where ?? null, why: why ?? null, metadata: metadata ?? {} });
}

/** Programs that are not written in TypeScript call this too. */
const libraryRecord = z.object({
  who: z.string().min(1),
  what: z.string().min(1),
  where: z.string().nullish(),
  why: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

/** Verifies the whole log against its checkpoints and what this machine remembers. Writes nothing. */
export function verifyChain(): AuditVerification {
  const { folder } = initialised();
  const result = verifyAuditLogSync(folder, { heads: readHeads(lokiHome(process.env), folder) });
  if (!('kind' in result)) return result;
  return {
    valid: false,
    entries: 0,
    firstSeq: 0,
    brokenAt: null,
    error: `there is no audit log in ${folder}`,
    integrity: 'intact',
    completeness: 'unproved',
    checkpoints: { count: 0, size: null, at: null, key: null, epoch: null },
    anchoredTo: [],
    keyProtection: null,
    warnings: [],
  };
}

/** The entries from one sequence number to another, both included; all of them where none is given. */
export function readEntries({
  from = 0,
  to = Number.MAX_SAFE_INTEGER,
}: { readonly from?: number; readonly to?: number } = {}): readonly AuditEntry[] {
  return readEntriesSync(initialised().folder, from, to);
}

/**
 * Whether residency lets a provider be asked in a region, by the configuration that governs runs here. Synchronous. False
 * where the configuration is broken, and for what is unknown. Without a region it is what the address promises.
 */
export function checkProvider(provider: unknown, region?: unknown): boolean {
  // Callers need not have types: what is no name is no provider that may be asked.
  if (typeof provider !== 'string') return false;
  if (region !== undefined && region !== null && typeof region !== 'string') return false;
  const loaded = loadConfigSync(placesOf(initialised()));
  if (loaded.kind === 'failed') return false;
  return checkProviderIn(loaded.config, process.env, provider, region ?? null);
}

/** Whether nothing but this machine may be reached. Synchronous. True where the configuration is broken. */
export function isAirGapped(): boolean {
  const loaded = loadConfigSync(placesOf(initialised()));
  return loaded.kind === 'failed' || loaded.config.policy.residency.isAirGapped;
}

/** Makes the last checkpoint and lets go of the log. `record` opens it again. */
export async function close(): Promise<void> {
  const open = project?.audit ?? null;
  if (project !== null) project.audit = null;
  await (await open)?.log.close();
}

function initialised(): Project {
  if (project !== null) return project;
  throw new Error('call audit.init(projectFolder) first: it says whose audit log is meant');
}

async function opened(of: Project): Promise<Audit> {
  of.audit ??= open(of);
  return await of.audit;
}

async function open({ workspace }: Project): Promise<Audit> {
  const places = placesOf({ workspace });
  const home = places.lokiHome;
  const config = await loadConfig(places);
  const person = `os:${os.userInfo().username}`;
  return await openAudit({ clock: systemClock, lokiHome: home, person, keyVault: openKeychain() }, workspace, config);
}

function placesOf({ workspace }: Pick<Project, 'workspace'>) {
  return { workspace, env: process.env, lokiHome: lokiHome(process.env) };
}
