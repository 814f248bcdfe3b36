import { expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import { newRunId, newTaskId } from '../../../server/src/base/id.ts';
import { followRedirects } from '../../../server/src/gateway/followRedirects.ts';
import type { Situation } from '../../../server/src/gateway/situation.ts';

const situation: Situation = {
  runId: newRunId(),
  taskId: newTaskId(),
  actor: { kind: 'agent', name: 'implementer', swarm: 'engineering' },
  phase: 'act',
  cycle: 1,
  why: '',
};

/** Fetches along a chain of addresses; answers with what was decided about, and how it ended. */
async function follow(next: Readonly<Record<string, string>>, refused: string | null = null) {
  const asked: string[] = [];
  const act = followRedirects(async (_, action: Action) => {
    const url = action.kind === 'fetch' ? action.url : '';
    asked.push(url);
    if (url === refused) return { kind: 'refused', reason: 'no', remedy: null };
    const redirectedTo = next[url];
    const performed = { kind: 'done', text: url, ...(redirectedTo === undefined ? {} : { redirectedTo }) } as const;
    return { kind: 'done', text: url, performed };
  });
  const result = await act(situation, { kind: 'fetch', url: 'a' }, new AbortController().signal);
  return { asked, result };
}

test('every hop of a redirect is an action of its own', async () => {
  const { asked, result } = await follow({ a: 'b', b: 'c' });
  expect(asked).toEqual(['a', 'b', 'c']);
  expect(result).toMatchObject({ kind: 'done', text: 'c' });
});

test('a hop that is refused ends it', async () => {
  const { asked, result } = await follow({ a: 'b', b: 'c' }, 'b');
  expect(asked).toEqual(['a', 'b']);
  expect(result).toMatchObject({ kind: 'refused' });
});

test('a circle ends', async () => {
  const { asked, result } = await follow({ a: 'b', b: 'a' });
  expect(asked).toHaveLength(6);
  expect(result).toMatchObject({ kind: 'failed', reason: expect.stringContaining('more than 5 times') });
});
