import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../base/digest.ts';
import { Failure, systemErrorCode } from '../base/failure.ts';
import type { WithheldKey } from '../base/withheldKey.ts';
import type { ServiceSettings } from '../tools/services/settings.ts';
import type { ConfigFile } from './config.ts';
import { parseServices } from './parseServices.ts';
import { readStrictText } from './readConfigFile.ts';

/** Where a project defines MCP servers: for every agent, for VS Code, for Loki alone. */
export const serviceFiles: readonly string[] = ['.mcp.json', '.vscode/mcp.json', '.loki/mcp.json'];

export interface ProjectServices {
  readonly services: readonly ServiceSettings[];
  readonly problems: readonly string[];
  readonly files: readonly ConfigFile[];
}

/**
 * The MCP servers that a project defines. What is unclear, or asks for a provider's key, is left out and told, never
 * guessed. Reads only.
 */
export async function readServices(workspace: string, withheld: readonly WithheldKey[]): Promise<ProjectServices> {
  const read = await Promise.all(serviceFiles.map(async (name) => await readFileOf(workspace, name, withheld)));
  const all = read.flatMap(({ services }) => services);
  const { services, problems } = withoutClashes(all);
  return {
    services,
    problems: [...read.flatMap((file) => file.problems), ...problems],
    files: read.flatMap(({ files }) => files),
  };
}

async function readFileOf(workspace: string, name: string, withheld: readonly WithheldKey[]): Promise<ProjectServices> {
  const file = path.join(workspace, name);
  const nothing = { services: [], problems: [], files: [] };
  try {
    await lstat(file);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return nothing;
    return { ...nothing, problems: [`${name}: cannot be looked at (${code ?? 'unknown error'}); none of it is used`] };
  }
  try {
    const text = await readStrictText(file, name, workspace);
    const { services, problems } = parseServices(text, name, withheld);
    return { services, problems, files: [{ tier: 'project', path: file, sha256: sha256(text) }] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...nothing, problems: [`${name}: cannot be read as a text file of this workspace; none of it is used`] };
  }
}

/** Two definitions under one name, or under names that are easily taken for one another: nobody could say which counts. */
function withoutClashes(all: readonly ServiceSettings[]): Pick<ProjectServices, 'services' | 'problems'> {
  const groups = [...Map.groupBy(all, ({ name }) => name.toLowerCase().replaceAll('_', '-')).values()];
  const services: ServiceSettings[] = [];
  const problems: string[] = [];
  for (const group of groups) {
    const [first] = group;
    if (first === undefined) continue;
    if (group.every(({ definition }) => definition === first.definition)) {
      services.push(first);
      continue;
    }
    const places = group.map(({ name, file }) => `"${name}" in ${file}`).join(', ');
    problems.push(`MCP servers are not used because they clash: ${places}; keep one of them`);
  }
  return { services, problems };
}
