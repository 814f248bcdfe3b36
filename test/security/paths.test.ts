import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import { createJudge, type Judge } from '../../server/src/gateway/judge.ts';
import { entries, implementer, makeSpace, policyOf, removeSpace, type Space } from '../unit/policy/fixtures.ts';

// Paths as attackers write them, held against a real disk: what is allowed is tried, and nothing outside may change.

let space: Space;
let judge: Judge;

beforeAll(async () => {
  space = await makeSpace({
    files: { 'src/a.ts': 'a', 'secrets/key': 'sk-decoy', 'deep/er/b.ts': 'b' },
    outside: { 'keep.txt': 'keep', 'folder/x': 'x' },
    links: { out: '../outside', up: '..', dangling: '../outside/new', loop: 'loop', 'src/back': '../..', here: '.' },
  });
  symlinkSync(path.join(space.outside, 'keep.txt'), path.join(space.workspace, 'file'));
  judge = createJudge({
    root: space.workspace,
    policy: policyOf({ deniedPaths: entries('secrets'), allowedCommands: entries('cat') }),
    scan: { find: async () => ({ rules: [], hasMarker: false }) },
    addedText: async () => '',
  });
});
afterAll(async () => await removeSpace(space));

const outsideNow = (): string =>
  [space.base, space.outside, path.join(space.outside, 'folder')]
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }))
    .map((entry) => {
      const place = path.join(entry.parentPath, entry.name);
      return `${place} ${entry.isFile() ? readFileSync(place, 'utf8') : ''}`;
    })
    .join('\n');

async function decide(action: Action): Promise<string> {
  return (await judge(implementer, action)).kind;
}

const segments =
  '.. . src out up dangling loop back here file deep er new.ts outside workspace keep.txt folder secrets key a.ts';
const segment = fc.constantFrom('', ...segments.split(' '));
const somePath = fc.array(segment, { minLength: 1, maxLength: 7 }).map((parts) => parts.join('/'));

describe('paths', () => {
  test('whatever links and dots lead through, nothing outside is written, and nothing denied read', async () => {
    const before = outsideNow();
    await fc.assert(
      fc.asyncProperty(somePath, fc.boolean(), async (name, isAbsolute) => {
        const written = isAbsolute ? `${space.workspace}/${name}` : name;
        if ((await decide({ kind: 'file_write', path: written, content: 'x' })) === 'ALLOW') {
          const place = isAbsolute ? written : `${space.workspace}/${written}`;
          try {
            mkdirSync(path.dirname(place), { recursive: true });
            writeFileSync(place, 'x');
          } catch {
            // Not a place where a file can be.
          }
          expect(outsideNow()).toBe(before);
          expect(readFileSync(path.join(space.workspace, 'secrets/key'), 'utf8')).toBe('sk-decoy');
        }
        if ((await decide({ kind: 'file_read', path: written })) === 'ALLOW') {
          const place = isAbsolute ? written : `${space.workspace}/${written}`;
          let text = '';
          try {
            text = readFileSync(place, 'utf8');
          } catch {
            // Nothing to read there.
          }
          expect(['keep', 'sk-decoy']).not.toContain(text);
        }
        rmSync(path.join(space.workspace, 'new.ts'), { recursive: true, force: true });
      }),
      { numRuns: 400 },
    );
  });

  test('a wildcard is followed as the shell follows it, through links and back', async () => {
    const globs = [
      'o*/../out*/keep.txt',
      'ou?/keep.txt',
      '*/../../outside/keep.txt',
      'h*/o*/*',
      'o*/../*',
      'u*/out*/*',
      'd*/*/../../../out*/*',
    ];
    for (const glob of globs) {
      expect([glob, await decide({ kind: 'command', command: `cat ${glob}` })]).not.toEqual([glob, 'ALLOW']);
    }
  });

  test('no word that is allowed reads outside or what is denied when a real shell expands it', async () => {
    const plain = '* ? [a-z] .. . / / out side secrets key keep.txt up here src back file';
    const odd = String.raw`{out,src} {.,..} $PWD "$PWD" ~ ~+ '..' ".." $'..' \. "" ${'$'}{PWD} [.] ** o* s* l* u*`;
    const fragment = fc.constantFrom(...plain.split(' '), ...odd.split(' '));
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fragment, { minLength: 1, maxLength: 8 }), async (fragments) => {
        const command = `cat ${fragments.join('')}`;
        if ((await decide({ kind: 'command', command })) !== 'ALLOW') return;
        allowed += 1;
        const { stdout } = spawnSync('/bin/bash', ['--norc', '-c', command], {
          cwd: space.workspace,
          env: { PATH: '/usr/bin:/bin', HOME: space.outside },
          encoding: 'utf8',
          timeout: 5000,
        });
        expect([command, stdout.includes('keep') || stdout.includes('sk-decoy')]).toEqual([command, false]);
      }),
      { numRuns: 600 },
    );
    expect(allowed).toBeGreaterThan(20);
  });

  test('a protected name is one in every case, width and disguise', async () => {
    const names = [
      '.git/config',
      '.git/hooks/pre-commit',
      '.vscode/settings.json',
      '.mcp.json',
      '.loki/config.yaml',
      '.claude/x',
      'src/.npmrc',
    ];
    const disguise = fc.constantFrom<((name: string) => string)[]>(
      (name) => name,
      (name) => name.toUpperCase(),
      (name) => name.replaceAll('i', 'I'),
      (name) => name.replaceAll('s', 'ſ'),
      (name) => name.replaceAll('k', '\u212a'),
      (name) =>
        Array.from(name)
          .map((letter) =>
            /[a-z]/.test(letter) ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter,
          )
          .join(''),
      (name) => name.replace('.', '.\u200d'),
      (name) => name.replace(/([a-z])/, '$1\u00ad'),
      (name) => name.replaceAll('/', './'),
      (name) => name.replaceAll('/', ' /'),
      (name) => `./${name}`,
      (name) => `src/../${name}`,
      (name) => `here/${name}`,
      (name) => name.replaceAll('/', '//'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(disguise, { minLength: 1, maxLength: 3 }),
        async (name, all) => {
          const written = all.reduce((text, change) => change(text), name);
          const decision = await decide({ kind: 'file_write', path: written, content: 'x' });
          expect(`${decision} ${JSON.stringify(written)}`).not.toMatch(/^ALLOW/);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('no control character is part of a path', async () => {
    const control = fc.integer({ min: 0, max: 0x9f }).filter((code) => code < 0x20 || code >= 0x7f);
    await fc.assert(
      fc.asyncProperty(control, fc.nat({ max: 6 }), async (code, at) => {
        const name = 'src/a.ts';
        const written = `${name.slice(0, at)}${String.fromCodePoint(code)}${name.slice(at)}`;
        expect(await decide({ kind: 'file_write', path: written, content: 'x' })).not.toBe('ALLOW');
        expect(await decide({ kind: 'file_read', path: written })).not.toBe('ALLOW');
      }),
    );
  });
});
