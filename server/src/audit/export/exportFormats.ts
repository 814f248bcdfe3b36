import { cef } from './cef.ts';
import { cloudEvents } from './cloudEvents.ts';
import { csv } from './csv.ts';
import { ecs } from './ecs.ts';
import type { ExportFormat } from './exportFormat.ts';
import { ocsf } from './ocsf.ts';

/** The log's own lines, byte for byte: what can be verified again. */
const jsonl: ExportFormat = { head: '', entry: ({ line }) => `${line}\n` };

/** The formats by the names they are asked for; docs/audit-export.md says what each of them holds. */
export const exportFormats: ReadonlyMap<string, ExportFormat> = new Map([
  ['jsonl', jsonl],
  ['csv', csv],
  ['cef', cef],
  ['ocsf', ocsf],
  ['ecs', ecs],
  ['cloudevents', cloudEvents],
]);
