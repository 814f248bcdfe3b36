import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const workspace = 'repo/packages/web';

/** The refusal of a workspace in a tree of files and links (`name -> target`), null where it is taken. */
async function refusal(entries: readonly string[], lokiHome = 'home', started = workspace): Promise<string | null> {
  const base = await temporaryFolder();
  for (const entry of [`${workspace}/a.ts`, ...entries]) {
    const [name = '', target] = entry.split(' -> ');
    mkdirSync(path.join(base, path.dirname(name)), { recursive: true });
    if (name.endsWith('/')) mkdirSync(path.join(base, name));
    else if (target === undefined) writeFileSync(path.join(base, name), '');
    else symlinkSync(target, path.join(base, name));
  }
  const before = readdirSync(base, { recursive: true });
  try {
    await loadConfig({ workspace: path.join(base, started), env: {}, lokiHome: path.join(base, lokiHome) });
    return null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `${error.code} ${error.message.replaceAll(base, '')}`;
  } finally {
    expect(readdirSync(base, { recursive: true })).toEqual(before);
  }
}

const git = 'repo/.git/HEAD';
const refused = (rules: string, root = '/repo'): string =>
  `config_invalid rules of this project lie in ${rules} and would not hold here: start in ${root}, or give --workspace ${root}`;

it.each<[what: string, entries: readonly string[], expected: string | null]>([
  ['nothing above', [git], null],
  ['rules at the root', [git, 'repo/.loki/config.yaml'], refused('../../.loki/config.yaml')],
  ['rules under another name', [git, 'repo/.loki/config.yml'], refused('../../.loki/config.yml')],
  ['policies at the root', [git, 'repo/.loki/policies.json'], refused('../../.loki/policies.json')],
  ['a default profile at the root', [git, 'repo/.loki/gates/default.conf'], refused('../../.loki/gates/default.conf')],
  ['rules half way', [git, 'repo/packages/.loki/config.json'], refused('../.loki/config.json', '/repo/packages')],
  [
    'rules above rules of its own',
    [git, 'repo/.loki/config.yaml', `${workspace}/.loki/config.yaml`],
    refused('../../.loki/config.yaml'),
  ],
  ['a link, also to nothing', [git, 'repo/.loki/config.yaml -> nowhere'], refused('../../.loki/config.yaml')],
  [
    'a linked folder of rules',
    [git, 'shared/config.yaml', 'repo/.loki -> ../shared'],
    refused('../../.loki/config.yaml'),
  ],
  ['a checkout whose .git is a file', ['repo/.git', 'repo/.loki/config.yaml'], refused('../../.loki/config.yaml')],
  [
    'an empty .git folder in between, which git passes over',
    [git, `${workspace}/.git/`, 'repo/.loki/config.yaml'],
    refused('../../.loki/config.yaml'),
  ],
  ['a repository of its own', [git, `${workspace}/.git/HEAD`, 'repo/.loki/config.yaml'], null],
  ['rules above the repository', [git, '.loki/config.yaml'], null],
  ['rules above, but no repository', ['repo/.loki/config.yaml'], null],
  ['only a record above', [git, 'repo/.loki/audit/current.jsonl'], null],
])('a workspace with %s', async (_what, entries, expected) => {
  expect(await refusal(entries)).toBe(expected);
});

it("the user's own rules are none of the project's, also where the home folder is a repository", async () => {
  expect(await refusal([git, 'repo/.loki/config.yaml'], 'repo/.loki')).toBe(null);
});

it('a link into a subfolder is followed to the repository that it is in', async () => {
  const entries = [git, 'repo/.loki/config.yaml', `elsewhere -> ${workspace}`];
  expect(await refusal(entries, 'home', 'elsewhere')).toBe(refused('../../.loki/config.yaml'));
});
