import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Editor } from './startEditor.ts';

/** The end of what Loki has logged in an editor: what a person reads after *Show Log*. */
export async function lokiLog({ profile }: Editor): Promise<string> {
  const logs = path.join(profile, 'logs');
  const names = await readdir(logs, { recursive: true }).catch(() => []);
  const texts = await Promise.all(
    names
      .filter((name) => name.endsWith('Loki.log'))
      .map(async (name) => `--- ${name}\n${(await readFile(path.join(logs, name), 'utf8')).slice(-4000)}\n`),
  );
  return texts.length === 0 ? 'Loki has logged nothing\n' : texts.join('');
}
