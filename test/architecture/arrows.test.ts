import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { roomOf, rooms, type Room } from './arrows.ts';
import { houseOf, readHouse, type House } from './house.ts';
import { sentence } from './rule.ts';
import { rules } from './rules.ts';

const root = path.join(import.meta.dirname, '..', '..');
const house = readHouse(root);

/** Every violation, as a maintainer reads it, by rule. */
function broken(of: House): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(rules)
      .map(([name, rule]) => [name, [...new Set(rule.find(of).map((found) => sentence(rule, found)))]] as const)
      .filter(([, sentences]) => sentences.length > 0),
  );
}

describe('the house', () => {
  it.each(Object.entries(rules))('keeps the rule %s', (_, rule) => {
    expect(rule.find(house).map((found) => sentence(rule, found))).toEqual([]);
  });

  it('has every file and folder that a rule is about, so that no rule guards an empty place', () => {
    const stands = [...house.files.keys(), ...house.configurations.keys()];
    const gone = Object.entries(rules).flatMap(([name, { about }]) =>
      about
        .filter((place) => !stands.some((file) => file === place || (place.endsWith('/') && file.startsWith(place))))
        .map((place) => `${name} is about ${place}, which is not there`),
    );
    expect(gone).toEqual([]);
  });

  it('has every room of the layer table, but those that are marked as later', () => {
    const missing = rooms.filter(
      ({ at, isLater }) => !isLater && !at.some((place) => existsSync(path.join(root, place))),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

describe('the layer table', () => {
  it('has no cycle: a room never comes back to itself through what it may import', () => {
    const roomNamed = (name: string): Room | undefined =>
      rooms.find((room) => room.name === (name.split('/')[0] ?? ''));
    const cyclic = rooms.filter((start) => {
      const reached = new Set<Room | undefined>(start.mayImport.map(roomNamed));
      for (const next of reached) for (const name of next?.mayImport ?? []) reached.add(roomNamed(name));
      return reached.has(start);
    });
    expect(cyclic.map(({ name }) => name)).toEqual([]);
  });

  it('names only rooms and files that there are', () => {
    const unknown = rooms
      .flatMap(({ mayImport }) => mayImport)
      .filter((name) => {
        return name.endsWith('.ts') ? roomOf(`server/src/${name}`) === null : !rooms.some((room) => room.name === name);
      });
    expect(unknown).toEqual([]);
  });

  const forms = {
    import: (to: string) => `import { x } from '${to}';\nexport const y = x;`,
    'import type': (to: string) => `import type { X } from '${to}';\nexport type Y = X;`,
    'a type of an import': (to: string) => `export type Y = import('${to}').X;`,
    're-export': (to: string) => `export { x } from '${to}';\nexport const y = 1;`,
    'late import': (to: string) => `export const y = () => import('${to}');`,
    augmentation: (to: string) => `declare module '${to}' {}\nexport const y = 1;`,
  };
  const isCode = ({ at }: Room): boolean => at.some((place) => place.endsWith('/'));

  it.each(Object.entries(forms))('is held for every pair of rooms by %s', (_, form) => {
    const wrong = rooms.filter(isCode).flatMap((from) =>
      rooms.filter(isCode).flatMap((to) => {
        const file = `${from.at[0] ?? ''}plant.ts`;
        const target = path.posix.relative(path.posix.dirname(file), `${to.at[0] ?? ''}target.ts`);
        const found =
          rules['allowedArrows']?.find(houseOf({ [file]: form(target.startsWith('.') ? target : `./${target}`) })) ??
          [];
        const isAllowed = from === to || from.mayImport.includes(to.name);
        return isAllowed === (found.length === 0) ? [] : [`${from.name} -> ${to.name}`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a planted violation', () => {
  it('exists for every rule, and every rule of the folder is asked', () => {
    const files = readdirSync(path.join(import.meta.dirname, 'rules')).map((name) => path.basename(name, '.ts'));
    expect(Object.keys(rules).toSorted()).toEqual(files.toSorted());
    expect(Object.entries(rules).filter(([, { plants }]) => plants.length === 0)).toEqual([]);
  });

  const plants = Object.entries(rules).flatMap(([name, rule]) =>
    rule.plants.map((plant) => [name, plant.title, plant] as const),
  );
  it.each(plants)('is reported by %s and by no other rule: %s', (name, _, plant) => {
    const reported = broken(houseOf(plant.files));
    expect(Object.keys(reported)).toEqual([name]);
    expect(reported[name]?.join('\n')).toContain(plant.says);
  });
});
