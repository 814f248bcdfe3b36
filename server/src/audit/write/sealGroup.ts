import { randomBytes } from 'node:crypto';
import type { AuditEntry } from '#protocol/audit';
import { contentText, linkAfter, sealText, type EntryContent, type Link } from '../chain/chain.ts';

/** A content whose text is known already, so that sealing it costs little more than its hash. */
export interface PreparedContent {
  readonly content: EntryContent;
  /** `contentText` of it. */
  readonly text: string;
}

/** Entries at their places, from `from` on, as they are written. */
export interface SealedGroup {
  readonly from: Link;
  readonly entries: readonly AuditEntry[];
  readonly lines: readonly string[];
  /** The place after the last of them. */
  readonly link: Link;
}

export function sealGroup(contents: readonly PreparedContent[], from: Link): SealedGroup {
  const sealing = new Sealing(from);
  for (const content of contents) sealing.add(content);
  return sealing.group;
}

/** A group that is sealed entry by entry. */
export class Sealing {
  readonly #from: Link;
  readonly #entries: AuditEntry[] = [];
  readonly #lines: string[] = [];
  #link: Link;

  constructor(from: Link) {
    this.#from = from;
    this.#link = from;
  }

  add(content: PreparedContent): void {
    const { content: what, text } = this.#link.seq === 0 ? named(content) : content;
    const { entry, line } = sealText(what, text, this.#link);
    this.#link = linkAfter(entry);
    this.#entries.push(entry);
    this.#lines.push(line);
  }

  get group(): SealedGroup {
    return { from: this.#from, entries: this.#entries, lines: this.#lines, link: this.#link };
  }
}

export function prepared(content: EntryContent): PreparedContent {
  return { content, text: contentText(content) };
}

/** The first entry names the log, so that it can be told from every other one. */
function named({ content }: PreparedContent): PreparedContent {
  return prepared({ ...content, metadata: { ...content.metadata, log_id: randomBytes(16).toString('hex') } });
}
