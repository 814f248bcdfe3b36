import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'node:zlib';
import { secretForms, type SecretForm } from './secretForms.ts';

/** The forms of a secret that stand in these bytes, by their names; also where the bytes are a compressed stream. */
export function formsIn(content: Buffer, secret: string): readonly string[] {
  return named(content, secretForms(secret));
}

/**
 * Where a secret stands in these folders, each as `file: form`. Names of files count, links are read as what they say,
 * and what git keeps is looked at as git would show it. What is gone while it is looked at does not count.
 */
export function findSecret(folders: readonly string[], secret: string): readonly string[] {
  const forms = secretForms(secret);
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => {
      const found = filesBelow(folder).flatMap((file) => {
        const name = Buffer.from(path.relative(folder, file));
        return [...named(name, forms), ...named(contentOf(file), forms)].map((form) => `${file}: ${form}`);
      });
      const stored = repositoriesBelow(folder).flatMap((repository) =>
        named(objectsOf(repository), forms).map((form) => `${repository} (an object): ${form}`),
      );
      return [...found, ...stored];
    });
}

function named(content: Buffer, forms: readonly SecretForm[]): readonly string[] {
  const unpacked = unpack(content);
  return forms
    .filter(({ bytes }) => content.includes(bytes) || (unpacked?.includes(bytes) ?? false))
    .map(({ name }) => name);
}

function contentOf(file: string): Buffer {
  try {
    return lstatSync(file).isSymbolicLink() ? readlinkSync(file, 'buffer') : readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

/** What a gzip or deflate stream holds; null where it is none. */
function unpack(content: Buffer): Buffer | null {
  const isPacked = (content[0] === 0x1f && content[1] === 0x8b) || (content[0] === 0x78 && content.length > 2);
  if (!isPacked) return null;
  try {
    return unzipSync(content);
  } catch {
    return null;
  }
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function repositoriesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name === 'objects')
    .map((entry) => entry.parentPath)
    .filter((place) => existsSync(path.join(place, 'HEAD')) && lstatSync(path.join(place, 'refs')).isDirectory());
}

function objectsOf(repository: string): Buffer {
  return execFileSync('git', ['--git-dir', repository, 'cat-file', '--batch', '--batch-all-objects'], {
    maxBuffer: 512 * 1024 * 1024,
    env: { PATH: process.env['PATH'] },
  });
}
