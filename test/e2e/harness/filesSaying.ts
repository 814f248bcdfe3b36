import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The files below a folder that have these bytes in them, in whatever encoding JSON or a database may have chosen. */
export async function filesSaying(folder: string, text: string): Promise<readonly string[]> {
  const forms = [text, Buffer.from(text).toString('base64').slice(0, -4), Buffer.from(text).toString('hex')].map(
    (form) => Buffer.from(form),
  );
  const wide = Buffer.from(text, 'utf16le');
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const content = await readFile(file).catch(() => Buffer.alloc(0));
    if ([...forms, wide].some((form) => content.includes(form))) found.push(file);
  }
  return found;
}
