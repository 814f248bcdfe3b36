import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionKinds, sampleActions } from './actions.ts';
import { exportedFunctions } from './exportedFunctions.ts';
import { forgeries, permitFor } from './forgeries.ts';
import { readHouse } from './house.ts';
import { permitTakers } from './permitTakers.ts';
import { isPermit } from '../../server/src/policy/permit.ts';

// Invariant 1: nothing acts without a permit, and a permit cannot be forged. Here from both sides: the compiler refuses
// the forgeries of plants/permits, and everything that takes a permit refuses those of forgeries.ts while it runs.

const root = path.join(import.meta.dirname, '..', '..');

describe('forging a permit is a compile error', () => {
  it('of the expected kind in every file of plants/permits, and the honest way compiles', async () => {
    expect(await errorsOfPlants()).toEqual({
      'anyKind.ts': 'TS2322',
      'cast.ts': 'TS2352',
      'change.ts': 'TS2540',
      'class.ts': 'TS2459',
      'construct.ts': 'TS2693',
      'constructorOf.ts': 'TS2351',
      'copy.ts': 'TS2322',
      'implements.ts': 'TS2322',
      'kind.ts': 'TS2322',
      'literal.ts': 'TS2322',
      'model.ts': 'TS2345',
      'parsed.ts': 'TS2322',
      'sandbox.ts': 'TS2345',
      'token.ts': 'TS2459',
      'tool.ts': 'TS2353',
    });
  });
});

describe('forging a permit is refused while it runs', () => {
  it.each(forgeries)('isPermit says no to $title', ({ forge }) => {
    for (const kind of actionKinds) expect(isPermit(forge(permitFor(sampleActions[kind])), kind)).toBe(false);
  });

  it('isPermit says no to a permit of another kind, for every pair of kinds', () => {
    for (const kind of actionKinds) {
      const permit = permitFor(sampleActions[kind]);
      expect(actionKinds.filter((other) => isPermit(permit, other))).toEqual([kind]);
    }
  });

  it('the class of a real permit makes no other', () => {
    const { real, found } = classOfPermits();
    const args = [Symbol('permit'), real.action, real.actionDigest, real.policyHash, real.runId];
    expect(() => Reflect.construct(found, args)).toThrow('issued by policy/authorize alone');
    expect(isPermit(Reflect.construct(Object, args, found), 'command')).toBe(false);
  });

  it('the check cannot be replaced through the class of a real permit', () => {
    const { found } = classOfPermits();
    const before = Object.getOwnPropertyDescriptors(found);
    try {
      for (const name of Object.keys(before)) Reflect.set(found, name, () => true);
      expect(isPermit({ action: sampleActions.command }, 'command')).toBe(false);
    } finally {
      for (const [name, { value }] of Object.entries(before)) Reflect.set(found, name, value);
    }
  });

  it('what a permit allows cannot be changed afterwards', () => {
    const action = { kind: 'command', command: 'npm test', env: { CI: '1' } } as const;
    const written: Record<string, unknown> = { ...action };
    const permit = permitFor(action);
    written['command'] = 'rm -rf /';
    for (const target of [permit, permit.action, permit.action.env ?? {}]) expect(Object.isFrozen(target)).toBe(true);
    expect(permit.action).toEqual(action);
    expect(permit.action).not.toBe(action);
  });
});

describe('what takes a permit refuses forged ones', () => {
  const house = readHouse(root);
  const hands = [...house.files.values()].filter(({ path: file }) =>
    /^server\/src\/(tools|sandbox|models)\//.test(file),
  );
  const functions = hands.flatMap((file) => exportedFunctions(file).map((found) => ({ ...found, file: file.path })));
  const direct = functions.filter(({ takesPermit }) => takesPermit);
  const makers = functions.filter(({ returns }) => returns === 'Sandbox' || returns === 'Model');

  it('finds the functions that take a permit, in tools at least', () => {
    expect(direct.filter(({ file }) => file.startsWith('server/src/tools/')).length).toBeGreaterThan(5);
  });

  it('knows how to make every sandbox and model: a new maker needs a line in permitTakers.ts', () => {
    const found = makers.map(({ file, name }) => `${file.slice('server/src/'.length)}:${name}`);
    expect(found.toSorted()).toEqual(Object.keys(permitTakers).toSorted());
  });

  it.each(direct)('$name of $file', async ({ file, name, permitAt, parameters, kinds }) => {
    const module: unknown = await import(path.join(root, file));
    const called = isRecord(module) ? module[name] : undefined;
    if (typeof called !== 'function') throw new Error(`${name} is not exported by ${file}`);
    await refusesForged(kinds, async (permit) => {
      const acts: string[] = [];
      const args = parameters.map((type, at) => {
        if (at === permitAt) return permit;
        return type === 'AbortSignal' ? new AbortController().signal : tripwire(acts);
      });
      try {
        await Reflect.apply(called, undefined, args);
      } catch (error) {
        // Otherwise a late look would pass for a refusal.
        throw acts.length === 0 ? error : new Error(`it acted first: ${acts.join(', ')}`, { cause: error });
      }
    });
  });

  it.each(Object.entries(permitTakers))('%s', async (_, { action, make }) => {
    const act = await make();
    for (const { title, forge } of forgeries) {
      await expect(act(forge(permitFor(action))), title).rejects.toThrow(refusal);
    }
    for (const kind of actionKinds.filter((other) => other !== action.kind)) {
      await expect(act(permitFor(sampleActions[kind])), `a real permit for ${kind}`).rejects.toThrow(refusal);
    }
  });
});

/** Gives every forgery, and real permits for all other kinds, to something that takes permits of these kinds. */
async function refusesForged(kinds: readonly string[], act: (permit: unknown) => Promise<unknown>): Promise<void> {
  const taken = actionKinds.filter((kind) => kinds.length === 0 || kinds.includes(kind));
  for (const kind of taken) {
    for (const { title, forge } of forgeries) {
      await expect(act(forge(permitFor(sampleActions[kind]))), `${title}, for ${kind}`).rejects.toThrow(refusal);
    }
  }
  for (const kind of actionKinds.filter((other) => !taken.includes(other))) {
    await expect(act(permitFor(sampleActions[kind])), `a real permit for ${kind}`).rejects.toThrow(refusal);
  }
}

/** What anybody finds who has a real permit in hand. */
function classOfPermits() {
  const real = permitFor(sampleActions.command);
  const found: unknown = Object.getPrototypeOf(real)?.constructor;
  if (typeof found !== 'function') throw new Error('a permit has no class; then these tests have nothing to try');
  return { real, found };
}

/** It speaks of the permit. Any other error would mean that something else was looked at first, or done. */
const refusal = /permit/;

/** Stands for whatever a function gets besides the permit. It may be taken apart; calling anything of it is an act. */
function tripwire(acts: string[], name = 'it'): unknown {
  return new Proxy(() => undefined, {
    get: (_, member) => (typeof member === 'symbol' ? undefined : tripwire(acts, `${name}.${member}`)),
    apply: () => {
      acts.push(name);
      throw new Error(`${name} was called`);
    },
  });
}

async function errorsOfPlants(): Promise<Readonly<Record<string, string>>> {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const plants = path.join(import.meta.dirname, 'plants', 'permits');
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [tsc, '--project', plants, '--pretty', 'false'], { cwd: plants }, (_, stdout) =>
      resolve(stdout),
    );
  });
  const errors = [...output.matchAll(/^([\w.]+)\(\d+,\d+\): error (TS\d+)/gm)];
  const codes = Map.groupBy(errors, ([, file = '']) => file);
  return Object.fromEntries([...codes].map(([file, found]) => [file, found.map(([, , code]) => code).join(' ')]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
