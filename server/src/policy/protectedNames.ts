import { foldName } from './foldName.ts';
import { hasWildcard, matchesSegment, segmentsOf } from './pathPattern.ts';

/** `never`: no agent writes here. `asks`: a person edits it every day, so a person is asked. */
export type Protection = 'never' | 'asks';

// Names that decide what other programs run or how agents are governed (invariant 6), wherever in the tree they stand
// and whether or not they exist yet. `a/b` means an entry b of a folder a; everything below a name is covered too.
const names: readonly (readonly [Protection, string, readonly string[]])[] = [
  ['never', 'what governs agents', ['.loki']],
  ['never', 'what git keeps for itself', ['.git', '.gitmodules']],
  [
    'never',
    'settings of an editor',
    ['.vscode', '.vscode-server', '.zed', '.nvim.lua', '.exrc', '.vimrc', '.emacs', '.dir-locals.el'],
  ],
  [
    'never',
    'settings of an agent',
    [
      '.claude',
      '.claude.json',
      '.cursor',
      '.mcp.json',
      '.windsurf',
      '.gemini',
      '.continue',
      '.roo',
      '.kiro',
      '.amazonq',
      '.aider.conf.yml',
    ],
  ],
  [
    'never',
    'a start-up file of a shell',
    [
      '.bashrc',
      '.bash_profile',
      '.bash_login',
      '.bash_logout',
      '.bash_aliases',
      '.profile',
      '.zshrc',
      '.zshenv',
      '.zprofile',
      '.zlogin',
      '.zlogout',
      '.kshrc',
      '.cshrc',
      '.tcshrc',
      '.inputrc',
      '.envrc',
      '.config/fish',
      '.config/powershell',
    ],
  ],
  [
    'never',
    'credentials or settings of a package manager',
    [
      '.npmrc',
      '.netrc',
      '.pypirc',
      '.gitconfig',
      '.git-credentials',
      '.ssh',
      '.gnupg',
      '.docker/config.json',
      '.gem/credentials',
    ],
  ],
  ['never', 'an installed program', ['node_modules/.bin', 'venv/bin', '.venv/bin', 'venv/Scripts', '.venv/Scripts']],
  [
    'asks',
    'a program that git runs',
    ['.husky', '.pre-commit-config.yaml', '.lefthook.yml', 'lefthook.yml', '.gitattributes', '.githooks'],
  ],
  ['asks', 'a manifest whose scripts run', ['package.json']],
  [
    'asks',
    'a workflow that runs elsewhere',
    [
      '.github/workflows',
      '.github/actions',
      '.gitlab-ci.yml',
      '.circleci',
      '.travis.yml',
      'Jenkinsfile',
      'azure-pipelines.yml',
      '.drone.yml',
      '.buildkite',
      'bitbucket-pipelines.yml',
    ],
  ],
  [
    'asks',
    'what decides how this is built',
    [
      'Makefile',
      'GNUmakefile',
      'Justfile',
      'Dockerfile',
      '*.Dockerfile',
      'Dockerfile.*',
      'Containerfile',
      'docker-compose.y*ml',
      'compose.y*ml',
      '.devcontainer',
      '.devcontainer.json',
      '.cargo',
      '.mvn',
      '.bundle',
    ],
  ],
  [
    'asks',
    'settings of a development environment',
    ['*.code-workspace', '.idea', '.fleet', '.tool-versions', 'mise.toml', '.mise.toml'],
  ],
  [
    'asks',
    'settings of a package manager',
    ['.yarnrc', '.yarnrc.yml', '.yarn', '.pnpmfile.cjs', 'pnpm-workspace.yaml', 'bunfig.toml'],
  ],
  [
    'asks',
    'instructions that agents read',
    [
      '.codex',
      '.cursorrules',
      '.windsurfrules',
      '.clinerules',
      '.aiderignore',
      'AGENTS.md',
      'CLAUDE.md',
      'GEMINI.md',
      '.github/copilot-instructions.md',
      '.github/instructions',
      '.github/prompts',
      '.github/chatmodes',
    ],
  ],
];

interface ProtectedName {
  readonly protection: Protection;
  readonly what: string;
  readonly segments: readonly string[];
}

const table: readonly ProtectedName[] = names.flatMap(([protection, what, list]) =>
  list.map((name) => ({ protection, what, segments: name.split('/').map((part) => part.toLowerCase()) })),
);

// Nearly all names begin with a plain segment, so looking a segment up finds the few that may be meant.
const plain = Map.groupBy(
  table.filter(({ segments }) => !hasWildcard(segments[0] ?? '')),
  ({ segments }) => segments[0] ?? '',
);
const withWildcard = table.filter(({ segments }) => hasWildcard(segments[0] ?? ''));

/** How a path (relative to the workspace) is protected against agents' writing, the most severe name first. */
export function protectionOf(path: string): { readonly protection: Protection; readonly what: string } | null {
  const segments = segmentsOf(path).map(foldName);
  let found: ProtectedName | null = null;
  for (const [at, segment] of segments.entries()) {
    for (const names of [plain.get(segment), withWildcard]) {
      for (const name of names ?? []) {
        // The first name of the table that is as severe as any speaks.
        const isWorse = found === null || rank(name) < rank(found);
        if (isWorse && startsAt(name.segments, segments, at)) found = name;
      }
    }
  }
  return found === null ? null : { protection: found.protection, what: found.what };
}

const places = new Map(table.map((name, index) => [name, index]));
const rank = (name: ProtectedName): number =>
  (name.protection === 'never' ? 0 : table.length) + (places.get(name) ?? table.length);

/** Whether a glob's segments, as a shell would expand them, may name something that agents never write. */
export function globMayBeProtected(segments: readonly string[]): boolean {
  const folded = segments.map((segment) => segment.toLowerCase());
  return table.some(
    (name) => name.protection === 'never' && folded.some((_, at) => globStartsAt(name.segments, folded, at)),
  );
}

function startsAt(name: readonly string[], segments: readonly string[], at: number): boolean {
  return name.every((part, index) => {
    const segment = segments[at + index];
    return segment !== undefined && matchesSegment(part, segment);
  });
}

function globStartsAt(name: readonly string[], pattern: readonly string[], at: number): boolean {
  return name.every((part, index) => {
    const glob = pattern[at + index];
    if (glob === undefined) return false;
    // A shell's wildcard does not match a leading dot that is not written.
    return part.startsWith('.') === glob.startsWith('.') && (matchesSegment(glob, part) || matchesSegment(part, glob));
  });
}
