import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** What must be shown of the host, besides the system folders, so that the programs on PATH work. Absolute paths. */
export interface Toolchain {
  /** Shown read-only at their own place. */
  readonly shown: readonly string[];
  /** The folders of PATH that make sense inside, in their order; the system's come last in any case. */
  readonly path: readonly string[];
  /** Variables the shown programs need. */
  readonly env: Readonly<Record<string, string>>;
  /** Rust's folders where cargo was found in them; never shown as a whole. */
  readonly cargoHome: string | null;
  readonly rustupHome: string | null;
}

const programs =
  'node npm npx corepack pnpm yarn bun deno python python3 pip pip3 uv poetry ruby bundle gem cargo rustc go gofmt java javac mvn gradle dotnet php composer make cmake ninja gcc g++ clang git jq rg'.split(
    ' ',
  );

/** Always shown, or links to what is. */
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib64'];

// Ways of installing programs in a home folder that are known to keep no secrets where they keep programs. `*` is one
// segment. Whatever is not listed shows only the program itself.
const homeLayouts = [
  '.nvm/versions/node/*',
  '.volta',
  '.fnm/node-versions/*',
  '.local/share/fnm/node-versions/*',
  '.local/share/mise/installs/*',
  '.local/share/uv/python',
  '.asdf/installs/*',
  '.nodenv',
  '.pyenv',
  '.rbenv',
  '.rustup/toolchains',
  '.cargo/bin',
  '.bun/bin',
  '.deno/bin',
  '.sdkman/candidates',
  'miniconda3',
  'anaconda3',
  'miniforge3',
  'go/bin',
  'sdk/*',
];

/** Finds out what `env.PATH` needs. Never a home folder, the root, or a folder above a home folder. */
export function findToolchain(env: NodeJS.ProcessEnv): Toolchain {
  const home = env['HOME'];
  const isHere = (folder: string): boolean => path.isAbsolute(folder) && !folder.includes('\0') && existsSync(folder);
  const shown = new Set<string>();
  const folders: string[] = [];
  const variables: Record<string, string> = {};

  for (const folder of new Set((env['PATH'] ?? '').split(path.delimiter).filter(isHere))) {
    if (isBelowAny(folder, systemFolders)) {
      folders.push(folder);
      continue;
    }
    // Commands of Loki's or the project's own packages are not the user's: only the Node that they pin counts.
    const isPackageBin = path.basename(folder) === '.bin';
    const found = (isPackageBin ? ['node'] : programs).filter((name) => isProgram(path.join(folder, name)));
    if (found.length === 0) continue;
    for (const name of found) {
      const real = realpathSync(path.join(folder, name));
      const places = isPackageBin ? [real] : [path.join(folder, name), real];
      for (const place of places) {
        if (!isBelowAny(place, systemFolders)) shown.add(shownFor(place, home));
      }
      if (isPackageBin) folders.push(path.dirname(real));
    }
    if (!isPackageBin) folders.push(folder);
  }
  for (const [name, layout] of [
    ['PYENV_ROOT', '.pyenv'],
    ['VOLTA_HOME', '.volta'],
  ] as const) {
    if (home !== undefined && shown.has(path.join(home, layout))) variables[name] = path.join(home, layout);
  }
  return {
    shown: withoutNested([...shown]),
    path: [...new Set(folders)],
    env: variables,
    ...rustHomes(home, shown),
  };
}

/** The smallest known folder that makes a program work, else the program's file alone. */
function shownFor(program: string, home: string | undefined): string {
  const folder = path.dirname(program);
  for (let above = folder; above !== path.dirname(above); above = path.dirname(above)) {
    if (existsSync(path.join(above, 'pyvenv.cfg'))) return above;
    if (path.basename(path.dirname(above)) === 'node_modules') return above;
  }
  if (program.startsWith('/nix/store/')) return '/nix/store';
  const homeOf = homeFolderOf(program, home);
  if (homeOf !== null) {
    const layout = homeLayouts.map((text) => matchAbove(program, homeOf, text)).find((match) => match !== null);
    return layout ?? program;
  }
  // Like /opt/node/bin/node: the folder above `bin`, unless that is a top-level folder with other things in it.
  const prefix = path.basename(folder) === 'bin' ? path.dirname(folder) : folder;
  const isDeep = prefix.split('/').length > 2;
  return isDeep && (home === undefined || !isBelow(home, prefix)) ? prefix : program;
}

function homeFolderOf(place: string, home: string | undefined): string | null {
  if (home !== undefined && home !== '/' && isBelow(place, home)) return home;
  return /^(\/home\/[^/]+|\/Users\/[^/]+|\/root)(?=\/)/.exec(place)?.[0] ?? null;
}

function matchAbove(place: string, home: string, layout: string): string | null {
  const segments = path.relative(home, place).split('/');
  const wanted = layout.split('/');
  const fits = wanted.every(
    (part, index) => segments[index] !== undefined && (part === '*' || part === segments[index]),
  );
  return fits ? path.join(home, ...segments.slice(0, wanted.length)) : null;
}

// cargo and rustc are mostly rustup's proxies, which look for toolchains in a home of their own.
function rustHomes(home: string | undefined, shown: ReadonlySet<string>): Pick<Toolchain, 'cargoHome' | 'rustupHome'> {
  if (home === undefined || !shown.has(path.join(home, '.cargo/bin'))) return { cargoHome: null, rustupHome: null };
  const rustupHome = path.join(home, '.rustup');
  const hasRustup = existsSync(path.join(rustupHome, 'toolchains'));
  return { cargoHome: path.join(home, '.cargo'), rustupHome: hasRustup ? rustupHome : null };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function withoutNested(folders: readonly string[]): readonly string[] {
  return folders.filter((folder) => !folders.some((other) => other !== folder && isBelow(folder, other))).sort();
}

function isBelowAny(place: string, folders: readonly string[]): boolean {
  return folders.some((folder) => isBelow(place, folder));
}

/** Whether `place` is `folder` or lies in it. */
export function isBelow(place: string, folder: string): boolean {
  return place === folder || place.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
