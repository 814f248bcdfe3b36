import { visible } from '#protocol/visible';
import type { ExportFormat } from './exportFormat.ts';
import { factsOf, textIn } from './facts.ts';
import { plainJson } from './plainJson.ts';

// CloudEvents 1.0 in its JSON format, one event a line. `source` and `id` together name one entry of one log for good;
// `data` is the entry as it is.

export const cloudEvents: ExportFormat = {
  head: '',
  entry: ({ entry }, { logId }) => {
    const { seq, where, metadata } = entry;
    const { what, timeMs } = factsOf(entry);
    return `${plainJson({
      specversion: '1.0',
      id: String(seq),
      source: `/loki/audit/${logId}`,
      type: `loki.audit.${attribute(what) ?? 'entry'}`,
      // Optional, but never anything else than a time: the entry has the log's own words.
      ...(timeMs === null ? {} : { time: new Date(timeMs).toISOString() }),
      ...optional('subject', where),
      datacontenttype: 'application/json',
      ...optional('lokitask', textIn(metadata, 'task_id')),
      ...optional('lokirun', textIn(metadata, 'run_id')),
      data: entry,
    })}\n`;
  },
};

function optional(name: string, text: string | null): object {
  const value = attribute(text);
  return value === null ? {} : { [name]: value };
}

/** Text that an attribute may hold: no control characters, no half characters, no code points that are none; not empty. */
function attribute(text: string | null): string | null {
  if (text === null || text === '') return null;
  return visible(text.replaceAll(/[\t\n]/g, ' '))
    .toWellFormed()
    .replaceAll(/[\ufdd0-\ufdef\p{Noncharacter_Code_Point}]/gu, '\ufffd');
}
