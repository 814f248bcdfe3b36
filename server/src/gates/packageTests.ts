import * as z from 'zod';
import type { ProjectFiles, TestDefinition } from './testDefinition.ts';

const packageJson = z.looseObject({
  scripts: z.optional(z.record(z.string(), z.unknown())),
  dependencies: z.optional(z.record(z.string(), z.unknown())),
  devDependencies: z.optional(z.record(z.string(), z.unknown())),
});

/** What `npm init` writes when there are no tests. */
const noTests = /no test specified/;

/** How the tests of a JavaScript project are run: its `test` script, else the runner it depends on, else node itself. */
export async function packageTests(files: ProjectFiles): Promise<TestDefinition | null> {
  const parsed = await readPackage(files);
  if (parsed !== null) {
    const scripts = scriptsOf(parsed);
    const test = scripts.get('test');
    if (test !== undefined && !noTests.test(test)) return ofScript(`${packageManager(files)} test`, scripts, 'test');
    const installed = { ...parsed.dependencies, ...parsed.devDependencies };
    const runners = { vitest: 'npx vitest run', jest: 'npx jest', mocha: 'npx mocha' };
    for (const [runner, command] of Object.entries(runners)) {
      if (Object.hasOwn(installed, runner)) return plain(command, 'package.json');
    }
  }
  const hasNodeTests = files.names.some((name) => /(?:^|\/)(?:[^/]+[.-_])?test\.[cm]?[jt]s$/.test(name));
  return hasNodeTests ? plain('node --test', 'the test files') : null;
}

/** What a configured command runs: a script of package.json where it names one, else just itself. */
export async function configuredTests(files: ProjectFiles, configured: string): Promise<TestDefinition> {
  const call = /^(?:npm|pnpm|yarn|bun)\s+(?:run\s+|run-script\s+)?([\w:.-]+)/.exec(configured.trim());
  const named = call?.[1] ?? null;
  if (named === null) return plain(configured, 'gates.test_command');
  const parsed = await readPackage(files);
  const scripts = parsed === null ? new Map<string, string>() : scriptsOf(parsed);
  const found = ofScript(configured, scripts, named === 't' || named === 'tst' ? 'test' : named);
  // Options after the script's name cannot be carried over to what the script once was.
  return call?.[0] === configured.trim() ? found : { ...found, standalone: null };
}

async function readPackage(files: ProjectFiles): Promise<z.infer<typeof packageJson> | null> {
  const text = files.names.includes('package.json') ? await files.read('package.json') : null;
  return text === null ? null : parse(text);
}

function scriptsOf(parsed: z.infer<typeof packageJson>): ReadonlyMap<string, string> {
  const scripts = new Map<string, string>();
  for (const [name, script] of Object.entries(parsed.scripts ?? {})) {
    if (typeof script === 'string') scripts.set(name, script);
  }
  return scripts;
}

function parse(text: string): z.infer<typeof packageJson> | null {
  try {
    return packageJson.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function plain(command: string, file: string): TestDefinition {
  return { command, file, definition: new Map([['command', command]]), standalone: command };
}

function ofScript(command: string, scripts: ReadonlyMap<string, string>, root: string): TestDefinition {
  const definition = new Map<string, string>();
  const pending = [`pre${root}`, root, `post${root}`];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const script = scripts.get(name);
    if (script === undefined || definition.has(`script ${name}`)) continue;
    definition.set(`script ${name}`, script);
    // A script that is named in another one may be run by it.
    const words = new Set(script.split(/[^\w:.-]+/));
    for (const other of scripts.keys()) if (words.has(other)) pending.push(other, `pre${other}`, `post${other}`);
  }
  const alone = definition.size === 1 ? scripts.get(root) : undefined;
  return {
    command,
    file: 'package.json',
    definition,
    standalone: alone === undefined ? null : `PATH="$PWD/node_modules/.bin:$PATH"; ${alone}`,
  };
}

function packageManager(files: ProjectFiles): string {
  const has = (name: string): boolean => files.names.includes(name);
  if (has('pnpm-lock.yaml')) return 'pnpm';
  if (has('yarn.lock')) return 'yarn';
  return has('bun.lock') || has('bun.lockb') ? 'bun run' : 'npm';
}
