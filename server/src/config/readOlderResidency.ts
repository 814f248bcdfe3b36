import path from 'node:path';
import { sha256 } from '../base/digest.ts';
import { parseConfig } from './parseConfig.ts';
import { configInvalid } from './problem.ts';
import { findConfigFile, readStrictText, type TierFile } from './readConfigFile.ts';

const name = 'residency.json';

/**
 * Reads `.loki/residency.json` of the older Loki Mode tool as a file of the project: what it says of residency, with or
 * without a `residency` around it, counts beside what the configuration says. One that says anything else, or cannot be
 * read, is a `config_invalid` failure.
 */
export async function readOlderResidency(folder: string, workspace: string): Promise<readonly TierFile[]> {
  const file = await findConfigFile(folder, [name]);
  if (file === null) return [];
  const shownAs = path.join('.loki', name);
  const text = await readStrictText(file, shownAs, workspace);
  const parsed = parseConfig(asSection(text), shownAs, 'project');
  const other = Object.keys(parsed.values).find((key) => key !== 'residency');
  if (other !== undefined || parsed.values.residency === undefined) {
    const message =
      other === undefined
        ? 'says nothing of residency; give allowed_providers, allowed_regions or air_gapped, or remove the file'
        : `speaks of residency only; move "${other}" to .loki/config.yaml`;
    throw configInvalid([{ where: shownAs, message }]);
  }
  return [{ file: { tier: 'project', path: file, sha256: sha256(text) }, parsed }];
}

/** On the same lines, so that messages point to the right ones. What is no JSON is left for the parser to refuse. */
function asSection(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const isBare = typeof value === 'object' && value !== null && !Array.isArray(value) && !('residency' in value);
    return isBare ? `{"residency": ${text}}` : text;
  } catch {
    return text;
  }
}
