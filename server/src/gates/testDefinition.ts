import { configuredTests, packageTests } from './packageTests.ts';

/** How a project's tests are run, and every piece of its files that decides it. */
export interface TestDefinition {
  readonly command: string;
  /** The file that says so, for people. */
  readonly file: string;
  /** What decides how the tests are run, by a name for people: equal maps run the same thing. */
  readonly definition: ReadonlyMap<string, string>;
  /** The command line that runs this definition even where package.json says something else by now; null if none can. */
  readonly standalone: string | null;
}

/** The files of one state of a project: a commit, or a folder. */
export interface ProjectFiles {
  /** All paths, with forward slashes, seen from the workspace. */
  readonly names: readonly string[];
  read(path: string): Promise<string | null>;
}

/** Files of the runners themselves that decide which tests run. */
const runnerFiles =
  /^(?:vitest\.config\.[cm]?[jt]s|vite\.config\.[cm]?[jt]s|jest\.config\.(?:[cm]?[jt]s|json)|\.mocharc(?:\.\w+)?|pytest\.ini|tox\.ini|Makefile)$/;

/** Finds out how a project's tests are run, or what a configured command runs; null when nothing says so. */
export async function findTestDefinition(
  files: ProjectFiles,
  configured: string | null,
): Promise<TestDefinition | null> {
  const found =
    configured === null
      ? ((await packageTests(files)) ?? (await otherTests(files)))
      : await configuredTests(files, configured);
  if (found === null) return null;
  const definition = new Map(found.definition);
  const text = [...found.definition.values()].join('\n');
  for (const name of programsIn(text, files.names)) {
    definition.set(`program ${name}`, (await files.read(name)) ?? '');
  }
  for (const name of files.names) {
    if (runnerFiles.test(name)) definition.set(name, (await files.read(name)) ?? '');
  }
  return { ...found, definition };
}

/** Files of tests: that a run changes or adds them is its work, not a change of how tests are run. */
const testFile =
  /(?:^|\/)(?:(?:[^/]+[.-_])?(?:test|spec)\.[cm]?[jt]sx?|test_[^/]*\.py|[^/]*_(?:test|spec)\.(?:py|go|rb))$/;
const makefiles: ReadonlySet<string> = new Set(['GNUmakefile', 'makefile', 'Makefile']);
const packageManagers = /\b(?:npm|npx|pnpm|yarn|bun|lerna|turbo|nx)\b/;

/**
 * The files of the project that the definition runs: a script that it names, the makefile of `make`, the packages that a
 * package manager goes to. Whoever changes one of them changes what is run as much as by changing the definition.
 */
function programsIn(text: string, names: readonly string[]): readonly string[] {
  const words = new Set(text.split(/[\s"'`;&|()<>=$]+/).map((word) => word.replace(/^(?:\.\/)+/, '')));
  return names.filter((name) => {
    if (makefiles.has(name)) return words.has('make');
    if (name.endsWith('/package.json')) return packageManagers.test(text) && !name.includes('node_modules/');
    return !testFile.test(name) && [name, `${name}.js`, `${name}.sh`].some((spelling) => words.has(spelling));
  });
}

async function otherTests(files: ProjectFiles): Promise<TestDefinition | null> {
  const has = (name: string): boolean => files.names.includes(name);
  const simple = (command: string, file: string): TestDefinition => ({
    command,
    file,
    definition: new Map([['command', command]]),
    standalone: command,
  });
  if (await usesPytest(files)) return simple('python3 -m pytest', 'the test files');
  if (has('go.mod')) return simple('go test ./...', 'go.mod');
  if (has('Cargo.toml')) return simple('cargo test', 'Cargo.toml');
  if (has('mix.exs')) return simple('mix test', 'mix.exs');
  if (has('pom.xml')) return simple('mvn -q test', 'pom.xml');
  if (has('gradlew')) return simple('./gradlew test', 'gradlew');
  const makefile = has('Makefile') ? await files.read('Makefile') : null;
  if (makefile !== null && /^test\s*:/m.test(makefile)) return simple('make test', 'Makefile');
  return null;
}

async function usesPytest(files: ProjectFiles): Promise<boolean> {
  if (files.names.includes('pytest.ini') || files.names.includes('conftest.py')) return true;
  if (files.names.some((name) => /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(name))) return true;
  for (const name of ['pyproject.toml', 'setup.cfg', 'tox.ini']) {
    const text = files.names.includes(name) ? await files.read(name) : null;
    if (text !== null && /^\[(?:tool:|tool\.)?pytest/m.test(text)) return true;
  }
  return false;
}
