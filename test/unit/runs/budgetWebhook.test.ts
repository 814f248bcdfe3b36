import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BudgetNotice } from '../../../server/src/cost/budgetNotice.ts';
import { budgetWebhook } from '../../../server/src/runs/budgetWebhook.ts';

const notice: BudgetNotice = {
  message: '80 % of the money for this task is spent',
  shown: { state: 'alert', window: 'task', group: null, unit: 'usd', limit: 5, spent: 4, simulated: false },
  recorded: {},
};

/** A server that answers each post with a status, and remembers what was posted. */
async function aServer(status: number) {
  const posts: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      posts.push(JSON.parse(body));
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, posts };
}

async function post(url: string | null, isAirGapped = false): Promise<readonly string[]> {
  const problems: string[] = [];
  const ids = { taskId: 'task-1', runId: 'run-1' };
  const failed = (problem: string): void => void problems.push(problem);
  const webhook = budgetWebhook({ url, mail: 'ops@example.test', isAirGapped, ids, failed });
  webhook.post(notice);
  await webhook.idle();
  return problems;
}

describe('the webhook of alerts', () => {
  it('tells what runs short, and of the task no more than its ids', async () => {
    const { url, posts } = await aServer(204);
    expect(await post(url)).toEqual([]);
    expect(posts).toEqual([
      {
        type: 'loki.budget',
        ...notice.shown,
        message: notice.message,
        task_id: 'task-1',
        run_id: 'run-1',
        mail: 'ops@example.test',
      },
    ]);
  });

  it('never fails a run: what does not arrive is told', async () => {
    const { url } = await aServer(500);
    expect(await post(url)).toEqual([expect.stringContaining('answered 500')]);
    expect(await post('http://127.0.0.1:1/')).toEqual([expect.stringContaining('could not be reached')]);
    expect(await post(null)).toEqual([]);
  });

  it('is not led elsewhere', async () => {
    const { url, posts } = await aServer(307);
    expect(await post(url)).toEqual([expect.stringContaining('answered 307')]);
    expect(posts).toHaveLength(1);
  });

  it.each(['https://alerts.example.test/', 'http://127.0.0.1.nip.io/', 'http://2130706433/', 'http://user@127.0.0.1/'])(
    'leaves nothing of an air-gapped machine: %s',
    async (url) => {
      expect(await post(url, true)).toEqual([expect.stringContaining('is not called')]);
    },
  );

  it('reaches loopback from an air-gapped machine, and past what Node was told of proxies', async () => {
    const { url, posts } = await aServer(200);
    vi.stubGlobal('fetch', async () => await Promise.reject(new Error('led to a proxy')));
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(await post(url, true)).toEqual([]);
    expect(posts).toHaveLength(1);
  });
});
