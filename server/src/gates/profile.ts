import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GateId } from '#protocol/gate';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { parseProfile } from './parseProfile.ts';

/** A named set of gates. The secret scan is in every one and always required. */
export interface Profile {
  readonly name: string;
  readonly gates: readonly { readonly id: GateId; readonly isRequired: boolean }[];
}

/** The profile that counts when none is named: tests and secret scan, both required. */
export const defaultProfile: Profile = {
  name: 'default',
  gates: [
    { id: 'tests', isRequired: true },
    { id: 'secrets', isRequired: true },
  ],
};

/** The profile with these gates in it and required, whatever it says about them. */
export function withRequired(profile: Profile, required: readonly GateId[]): Profile {
  const kept = profile.gates.map(({ id, isRequired }) => ({ id, isRequired: isRequired || required.includes(id) }));
  const missing = required.filter((id) => kept.every((gate) => gate.id !== id));
  return { ...profile, gates: [...kept, ...missing.map((id) => ({ id, isRequired: true }))] };
}

/**
 * The profile of that name from `.loki/gates/<name>.conf` of the user's checkout; null and `default` mean the default
 * one unless a file says otherwise. An unknown name or a broken file is a `config_invalid` failure.
 */
export async function loadProfile(workspace: string, name: string | null): Promise<Profile> {
  const wanted = name ?? 'default';
  const folder = path.join(workspace, '.loki', 'gates');
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(wanted)) throw await unknownProfile(folder, wanted);
  const file = path.join(folder, `${wanted}.conf`);
  try {
    return parseProfile(wanted, await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (systemErrorCode(error) !== 'ENOENT' && systemErrorCode(error) !== 'ENOTDIR') {
      throw new Failure('config_invalid', `${file} could not be read; check its permissions`, { cause: error });
    }
  }
  if (wanted === defaultProfile.name) return defaultProfile;
  throw await unknownProfile(folder, wanted);
}

/** The names of the profiles of a workspace, `default` among them. */
export async function profileNames(workspace: string): Promise<readonly string[]> {
  return await namesIn(path.join(workspace, '.loki', 'gates'));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => []);
  const names = files.filter((file) => file.endsWith('.conf')).map((file) => file.slice(0, -'.conf'.length));
  return [...new Set(['default', ...names.sort()])];
}

async function unknownProfile(folder: string, name: string): Promise<Failure> {
  const known = (await namesIn(folder)).join(', ');
  return new Failure(
    'config_invalid',
    `there is no gate profile called ${JSON.stringify(name)}; known: ${known}; a file .loki/gates/<name>.conf makes one`,
  );
}
