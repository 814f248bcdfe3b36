import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

const root = path.join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const clause = z.object({ command: z.string(), when: z.string().optional() });
const manifest = z
  .object({
    icon: z.string(),
    main: z.string(),
    contributes: z.object({
      commands: z.array(z.object({ command: z.string(), category: z.literal('Loki'), title: z.string() })),
      menus: z.record(z.string(), z.array(clause)),
      keybindings: z.array(clause),
      views: z.record(z.string(), z.array(z.object({ id: z.string(), icon: z.string() }))),
      viewsContainers: z.object({ activitybar: z.array(z.object({ id: z.string(), icon: z.string() })) }),
      viewsWelcome: z.array(z.object({ view: z.string(), when: z.string(), contents: z.string() })),
      configuration: z.object({
        properties: z.record(
          z.string(),
          z.object({ markdownDescription: z.string(), scope: z.string(), order: z.int() }),
        ),
      }),
      walkthroughs: z.array(
        z.object({
          steps: z.array(
            z.object({
              description: z.string(),
              media: z.object({ svg: z.string(), altText: z.string().min(10) }),
              completionEvents: z.array(z.string()).min(1),
            }),
          ),
        }),
      ),
    }),
  })
  .parse(JSON.parse(read('package.json')));
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);
const source = (folder: string): string =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(path.join(folder, name)))
    .join('\n');
const registered = [...source('client/src/commands').matchAll(/\bid: '(?<id>loki\.\w+)'/g)].map(
  (match) => match[1] ?? '',
);

describe('the manifest', () => {
  test('offers exactly the commands that are registered', () => {
    expect(registered.toSorted()).toEqual(commands.toSorted());
  });

  test('says that a view is empty only when somebody has looked, and that it is loading before', () => {
    for (const view of ['tasks', 'audit', 'gates']) {
      const texts = contributes.viewsWelcome.filter((text) => text.view === `loki.${view}`);
      const empty = texts.filter(({ contents }) => /^(?:No|Nothing)\b.*\byet\b/.test(contents));
      const loading = texts.filter(({ contents }) => contents.startsWith('Loading'));
      expect([empty.length, loading.length]).toEqual([1, 1]);
      expect(empty[0]?.when).toMatch(new RegExp(`(?<!!)\\bloki\\.${view}View\\b`));
      expect(loading[0]?.when).toContain(`!loki.${view}View`);
    }
  });

  test('names only commands that there are', () => {
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
    const texts = [
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
    ];
    const linked = texts.flatMap((text) =>
      [...text.matchAll(/command:(?<id>loki\.\w+)/g)].map((match) => match[1] ?? ''),
    );
    const completing = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ completionEvents }) => completionEvents.map((event) => event.replace('onCommand:', ''))),
    );
    for (const command of [...used, ...linked, ...completing]) expect(commands).toContain(command);
    for (const { view } of contributes.viewsWelcome) {
      expect(
        Object.values(contributes.views)
          .flat()
          .map(({ id }) => id),
      ).toContain(view);
    }
  });

  test('asks only for context that the client sets', () => {
    const keys = [...read('package.json').matchAll(/\bloki\.(?<key>(?:has|is)[A-Z]\w+|obstacle)\b/g)].map(
      (match) => match[0],
    );
    const client = source('client/src');
    expect(keys.length).toBeGreaterThan(5);
    for (const key of new Set(keys)) expect(client).toContain(`'${key}'`);
  });

  test('reads every setting that it offers, and offers every one that is read', () => {
    const read = [
      ...source('client/src').matchAll(
        /(?:text|get)\('(?<name>provider|model|profile|includeChanges|showApprovals)'\)/g,
      ),
    ];
    expect([...new Set(read.map((match) => `loki.${match[1] ?? ''}`))].toSorted()).toEqual(
      Object.keys(contributes.configuration.properties).toSorted(),
    );
  });

  test('keeps its pictures where it says', () => {
    const pictures = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views)
        .flat()
        .map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
    ];
    for (const picture of pictures) expect(existsSync(path.join(root, picture)), picture).toBe(true);
  });

  test('draws walkthrough pictures with the colours of the theme alone', () => {
    for (const { media } of contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      const colours = [...read(media.svg).matchAll(/(?:fill|stroke)="(?<colour>[^"]+)"/g)].map(
        (match) => match[1] ?? '',
      );
      for (const colour of colours) expect(colour).toMatch(/^(none$|var\(--vscode-)/);
    }
  });
});
