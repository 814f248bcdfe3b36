import { expect, test } from 'vitest';
import type { Rehearsal } from '#protocol/rehearsal';
import { rehearsalPage } from '../../../client/src/commands/rehearsalPage.ts';

const nothing: Rehearsal = {
  attempts: 2,
  families: [{ name: 'git', title: 'Tricks of git', denied: 1, asked: 1, allowed: 0, unlimited: 0 }],
  holes: [],
  weak: [],
  advice: [],
};

test('a rehearsal in which nothing gets through says so first', () => {
  expect(rehearsalPage(nothing)).toBe(
    [
      '# What hostile agents would get through',
      '',
      '**Nothing.** 2 things that hostile agents try were decided; none of them was made.',
      '',
      '| | refused | asked | allowed | no limit set |',
      '|---|--:|--:|--:|--:|',
      '| Tricks of git | 1 | 1 | 0 | 0 |',
      '',
      'Everything is decided as if no sandbox were there: what it holds back besides is not counted.',
      '',
    ].join('\n'),
  );
});

test('a hole leads to the rule that opened it, and nothing in it is read as Markdown', () => {
  const source = { tier: 'project', file: '.loki/config.yaml', line: 3 } as const;
  const page = rehearsalPage({
    ...nothing,
    holes: [
      {
        id: 'git-1',
        attempt: 'echo `id` [x](command:evil)',
        expected: 'DENY',
        decision: 'ALLOW',
        why: 'a *name*',
        reason: 'listed',
        allowedBy: [{ rule: 'allowed-commands', reason: '"echo" is <b>listed</b>', source }],
        remedy: 'take it out',
      },
    ],
    advice: [{ family: 'budget', key: 'cost', remedy: 'set it' }],
  });
  expect(page).toContain("## `echo 'id' [x](command:evil)`");
  expect(page).toContain('- Allowed by `.loki/config.yaml:3`: "echo" is \\<b\\>listed');
  expect(page).toContain(String.raw`a \*name\*`);
  expect(page).toContain('- `cost`: set it');
});
