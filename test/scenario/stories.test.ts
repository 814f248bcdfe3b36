import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { play, type Story } from './play.ts';

// Each story is played by the real engine on a real repository; its transcript is compared with a file that was read
// and agreed to. To accept a change on purpose: `npx vitest run test/scenario -u`, then review the difference like code.

const golden = (name: string): string => path.join(import.meta.dirname, 'golden', `${name}.txt`);

const stories: Readonly<Record<string, Story>> = {
  'a refused write leads to another way': { scenario: 'refused-action' },
  'an approval that is given': { scenario: 'approval-approved' },
  'an approval that is denied': { scenario: 'approval-denied' },
  'an approval that nobody gives': { scenario: 'approval-expired' },
  'a gate that fails, then passes': { scenario: 'failing-gate' },
  'a command that reaches for control': { scenario: 'reaches-for-control' },
  'calls that are none': { scenario: 'malformed-call' },
  'a secret that would be committed': { scenario: 'secret-commit' },
  'a budget that ends': { scenario: 'budget-pause', env: { COST_MAX_PER_TASK: '0.08' } },
};

describe('stories', () => {
  for (const [name, story] of Object.entries(stories)) {
    test(name, async () => {
      const { transcript, result } = await play(story);
      expect(result.audit.valid).toBe(true);
      await expect(transcript).toMatchFileSnapshot(golden(story.scenario));
    });
  }

  test('a cancel in the middle of a command ends it long before its time', async () => {
    const { transcript, result, cancelMs } = await play({
      scenario: 'cancel-command',
      onEvent: (event, cancel) => {
        if (event.type === 'action' && event.state === 'running' && event.title.includes('sleep 61.7')) {
          setTimeout(cancel, 300);
        }
      },
    });
    expect(result.status).toBe('cancelled');
    expect(cancelMs).not.toBeNull();
    expect(cancelMs).toBeLessThan(5000);
    await expect(transcript).toMatchFileSnapshot(golden('cancel-command'));
  });
});
