import * as z from 'zod/mini';
import { fromAuditPage } from '#protocol/page';
import type { AuditEntry, AuditFilter } from '#protocol/audit';
import type { OpenedPage } from './openPage.ts';

const answered = new WeakMap<OpenedPage, number>();

/** Answers the requests for windows that the page has made since the last time, as the sidecar would, until it makes none. */
export async function answerWindows(opened: OpenedPage, log: readonly AuditEntry[], revision = 1): Promise<void> {
  for (;;) {
    const posted = z.array(fromAuditPage).parse(await opened.posted());
    const news = posted.slice(answered.get(opened) ?? 0).filter((message) => message.type === 'window');
    answered.set(opened, posted.length);
    if (news.length === 0) return;
    for (const { request, offset, limit, filter } of news) {
      const matching = log.filter((entry) => fits(entry, filter)).toReversed();
      const window = { total: matching.length, revision, entries: matching.slice(offset, offset + limit) };
      await opened.send({ type: 'window', request, offset, window });
    }
  }
}

function fits(entry: AuditEntry, { run, agent, decision, text }: AuditFilter): boolean {
  return (
    (run === null || entry.metadata?.['run_id'] === run) &&
    (agent === null || entry.who === agent) &&
    (decision === null || entry.metadata?.['decision'] === decision) &&
    (text === null || JSON.stringify(entry).toLowerCase().includes(text.toLowerCase()))
  );
}
