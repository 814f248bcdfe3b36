import type { Tool } from './tool.ts';

// Git's subcommands, by `git <name>`. Options of git itself are read before (`gitGlobal`).

/** Options in front of the subcommand: those that change which programs or settings count are refused. */
export const gitGlobal: Tool = {
  operands: ['text'],
  options: {
    '-C': 'folder',
    '-c --config-env --exec-path --git-dir --work-tree --namespace --super-prefix --attr-source': 'refused',
    '--no-pager -P --no-optional-locks --literal-pathspecs --no-replace-objects --bare --version --help': 'flag',
    '-p --paginate': 'asks',
  },
};

const shows = {
  '--output': 'write',
  '--ext-diff': 'asks',
  '-O': 'read',
  '--format --pretty --grep --author --committer --since --until --after --before -n -L -S -G --max-count --skip --date --decorate-refs --stat --diff-filter -U --unified --word-diff-regex':
    'text',
} as const;
/** Options that make a log print what files contain. */
const patches = {
  '-p --patch -u -c --cc --patch-with-stat --patch-with-raw -W --function-context --binary --full-diff --color-words --word-diff --remerge-diff':
    'tree',
  '-U --unified': 'tree',
  '-L': 'asks',
} as const;
const transports = {
  '-u --upload-pack --exec --receive-pack': 'refused',
  '-c --config': 'refused',
  '--template --separate-git-dir --reference --reference-if-able': 'refused',
  '-o --origin -b --branch --depth --jobs -j': 'text',
} as const;

export const gitTools: readonly (readonly [string, Tool])[] = [
  ['git log', { operands: ['revision'], options: { ...shows, ...patches } }],
  ['git show', { operands: ['revision'], options: shows, isRecursive: true }],
  ['git diff', { operands: ['revision'], options: shows, isRecursive: true }],
  ['git shortlog', { operands: ['revision'], options: shows }],
  ['git reflog', { operands: ['revision'], options: shows }],
  [
    'git stash',
    {
      operands: ['text', 'revision'],
      options: { '-m --message': 'text', '--pathspec-from-file': 'read', '-p --patch': 'asks' },
    },
  ],
  ['git status', { operands: ['list'] }],
  ['git blame', { operands: ['revision'], options: { '--contents --ignore-revs-file -S': 'read', '-L': 'text' } }],
  [
    'git grep',
    {
      operands: ['text', 'revision'],
      isRecursive: true,
      options: {
        '-O --open-files-in-pager': 'refused',
        '-e': 'pattern',
        '-f': 'patternFile',
        '--no-index': 'asks',
        '-A -B -C -m': 'text',
      },
    },
  ],
  ['git rev-parse', { operands: ['text'] }],
  ['git rev-list', { operands: ['revision'] }],
  ['git merge-base', { operands: ['text'] }],
  ['git ls-files', { operands: ['list'], options: { '-X --exclude-from': 'read', '-x --exclude': 'text' } }],
  ['git ls-tree', { operands: ['revision'] }],
  [
    'git cat-file',
    {
      operands: ['revision'],
      asks: 'it prints whatever an object of the repository holds',
      options: { '--path': 'read', '--batch --batch-check --batch-command --textconv --filters': 'asks' },
    },
  ],
  [
    'git add',
    {
      operands: ['list'],
      options: { '--pathspec-from-file': 'read', '-i --interactive -p --patch -e --edit': 'asks' },
    },
  ],
  ['git rm', { operands: ['delete'], options: { '--pathspec-from-file': 'read', '-r': 'tree' } }],
  ['git mv', { operands: ['delete'], last: 'write', isRecursive: true }],
  [
    'git commit',
    {
      operands: ['list'],
      options: {
        '-m --message --author --date --trailer --cleanup': 'text',
        '-F --file -t --template --pathspec-from-file': 'read',
        '-S --gpg-sign': 'refused',
        '-C -c --reuse-message --reedit-message --fixup --squash': 'text',
        '--amend': 'asks',
      },
    },
  ],
  [
    'git branch',
    {
      operands: ['branch', 'text'],
      options: {
        '-d -D --delete': 'flag',
        '-m -M -c -C -f --force --move --copy': 'flag',
        '-u --set-upstream-to --contains --no-contains --merged --no-merged --sort --format --points-at': 'text',
        '--edit-description': 'refused',
      },
    },
  ],
  [
    'git checkout',
    {
      operands: ['restored'],
      options: {
        '-b -B --orphan': 'branch',
        '-f --force': 'asks',
        '-p --patch': 'asks',
        '--pathspec-from-file': 'read',
      },
    },
  ],
  [
    'git switch',
    {
      operands: ['revision'],
      options: { '-c -C --create --force-create --orphan': 'branch', '-f --force --discard-changes': 'asks' },
    },
  ],
  [
    'git restore',
    { operands: ['write'], options: { '-s --source': 'text', '--pathspec-from-file': 'read', '-p --patch': 'asks' } },
  ],
  [
    'git checkout-index',
    { operands: ['write'], options: { '--prefix': 'folder', '--temp --stdin': 'asks', '-a --all': 'asks' } },
  ],
  [
    'git reset',
    { operands: ['revision'], options: { '--hard --merge --keep': 'asks', '--pathspec-from-file': 'read' } },
  ],
  [
    'git clean',
    {
      operands: ['delete'],
      options: { '-e --exclude': 'text' },
      isRecursive: true,
      asks: 'it deletes what is not committed',
    },
  ],
  [
    'git merge',
    { operands: ['text'], options: { '-m': 'text', '-F --file': 'read', '-s --strategy -X': 'asks', '-S': 'refused' } },
  ],
  [
    'git rebase',
    {
      operands: ['text', 'branch'],
      options: {
        '-x --exec': 'refused',
        '-i --interactive -s --strategy -X --strategy-option': 'asks',
        '--onto': 'text',
      },
    },
  ],
  ['git cherry-pick', { operands: ['text'], options: { '-S': 'refused', '-s --strategy -X': 'asks' } }],
  [
    'git tag',
    {
      operands: ['text'],
      options: {
        '-f --force -d --delete': 'asks',
        '-F --file': 'read',
        '-s -u --local-user --sign': 'refused',
        '-m --message': 'text',
      },
    },
  ],
  ['git update-ref', { operands: ['branch', 'text'], options: { '--stdin': 'refused', '-d': 'flag', '-m': 'text' } }],
  ['git symbolic-ref', { operands: ['text', 'branch'], options: { '-m': 'text', '-d --delete': 'asks' } }],
  [
    'git push',
    {
      operands: ['remote', 'refspec'],
      options: {
        '--receive-pack --exec': 'refused',
        '--all --branches --mirror --tags --follow-tags --prune': 'everyBranch',
        '-f --force --force-with-lease --force-if-includes': 'forces',
        '-d --delete': 'deletesBranch',
        '-o --push-option': 'text',
        '--repo': 'remote',
        '-u --set-upstream': 'flag',
      },
    },
  ],
  ['git fetch', { operands: ['remote', 'refspec'], options: transports }],
  [
    'git pull',
    {
      operands: ['remote', 'refspec'],
      options: { ...transports, '-S': 'refused', '-s --strategy -X --strategy-option': 'asks' },
    },
  ],
  ['git clone', { operands: ['remote', 'folder'], options: transports }],
  ['git ls-remote', { operands: ['remote', 'text'], options: transports }],
  ['git remote', { operands: ['text'], asks: 'it may change where the repository is pushed to' }],
  ['git config', { operands: ['text'], refused: 'settings of git name programs that run' }],
  ['git submodule', { operands: ['text'], refused: 'it fetches other repositories and runs commands in them' }],
  ['git difftool', { operands: ['text'], refused: 'it starts another program' }],
  ['git mergetool', { operands: ['text'], refused: 'it starts another program' }],
  [
    'git bisect',
    { operands: ['text'], options: { '--term-old --term-new': 'text' }, asks: 'it can run commands on each step' },
  ],
  ['git filter-branch', { operands: ['text'], refused: 'it runs commands on each commit and rewrites history' }],
  ['git instaweb', { operands: ['text'], refused: 'it starts a server' }],
  ['git daemon', { operands: ['text'], refused: 'it starts a server' }],
  [
    'git archive',
    {
      operands: ['revision'],
      isRecursive: true,
      options: {
        '-o --output': 'write',
        '--exec --remote': 'refused',
        '--format --prefix': 'text',
        '--add-file --add-virtual-file': 'read',
      },
    },
  ],
  ['git bundle', { operands: ['text', 'write', 'text'] }],
  [
    'git format-patch',
    {
      operands: ['revision'],
      options: { '-o --output-directory': 'folder', '--output': 'write', '--subject-prefix -n': 'text' },
      isRecursive: true,
    },
  ],
  [
    'git apply',
    {
      operands: ['read'],
      options: {
        '--unsafe-paths': 'refused',
        '--directory': 'folder',
        '--build-fake-ancestor': 'write',
        '-p -C --exclude --include': 'text',
        '--check --stat --numstat --summary': 'flag',
      },
      asks: 'the patch decides which files change',
    },
  ],
  ['git am', { operands: ['read'], asks: 'the patch decides which files change' }],
  ['git worktree', { operands: ['text', 'folder', 'text'], options: { '-b -B': 'branch' } }],
  [
    'git init',
    {
      operands: ['folder'],
      options: { '--template --separate-git-dir': 'refused', '-b --initial-branch': 'text' },
      asks: 'it starts another repository',
    },
  ],
  ['git notes', { operands: ['text'], options: { '-F --file': 'read', '-m': 'text' } }],
  ['git hash-object', { operands: ['read'], options: { '-t --path': 'text', '--stdin-paths': 'refused' } }],
  ['git gc', { operands: ['text'], asks: 'it removes what nothing refers to' }],
];
