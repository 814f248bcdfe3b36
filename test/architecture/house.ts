import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, type Program } from 'oxc-parser';
import { importsOf, type Import } from './imports.ts';

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly imports: readonly Import[];
  /** `/// <reference … />` and other comments. */
  readonly comments: readonly string[];
  /** What the parser did not understand. */
  readonly problems: readonly string[];
}

/** All source of Loki, parsed: what the rules of this folder are asked about. */
export interface House {
  readonly files: ReadonlyMap<string, SourceFile>;
  /** The text of every tsconfig.json, by its path. */
  readonly configurations: ReadonlyMap<string, string>;
}

/** A house of texts: how the plants are built. */
export function houseOf(texts: Readonly<Record<string, string>>): House {
  const files = new Map<string, SourceFile>();
  const configurations = new Map<string, string>();
  for (const [name, text] of Object.entries(texts)) {
    if (name.endsWith('.json')) configurations.set(name, text);
    else files.set(name, sourceFile(name, text));
  }
  return { files, configurations };
}

/** The house that stands in this repository. */
export function readHouse(root: string): House {
  const names = ['server', 'client', 'webview']
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${folder}/${name.split(path.sep).join('/')}`,
      ),
    )
    .filter(
      (name) => /\.[cm]?[jt]sx?$|\/tsconfig[^/]*\.json$/.test(name) && !/\/(node_modules|dist|assets)\//.test(name),
    );
  // What every other configuration extends.
  const all = ['tsconfig.base.json', ...names.toSorted()];
  return houseOf(Object.fromEntries(all.map((name) => [name, readFileSync(path.join(root, name), 'utf8')])));
}

function sourceFile(name: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(name, text, {
    sourceType: /\.c[jt]s$/.test(name) ? 'commonjs' : 'module',
  });
  return {
    path: name,
    text,
    program,
    imports: importsOf(name, program),
    comments: comments.map(({ value }) => value),
    problems: errors.map(({ message }) => message),
  };
}

/** The line, from 1, of an offset. */
export function lineOf({ text }: SourceFile, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
