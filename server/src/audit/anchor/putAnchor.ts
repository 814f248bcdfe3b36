import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '../../base/failure.ts';
import { isNearHost } from '../../base/nearHost.ts';
import { parseChainHead, originOf } from '../checkpoint/checkpointText.ts';
import { parseNoteKey, printNoteKey } from '../note/noteKey.ts';
import { parseNote } from '../note/signedNote.ts';
import { consistencyHashes } from '../proof/prove.ts';
import type { AnchorDeps, StateToAnchor } from './anchorDeps.ts';
import { anchorsFile } from './anchorFile.ts';
import { parseAnchorRecord, printGitNote, type AnchorKind, type AnchorRecord } from './anchorRecord.ts';
import type { SyslogSettings, WitnessSettings } from './settings.ts';
import { sendSyslog, syslogMessage } from './syslog.ts';
import { askWitness } from './witness.ts';

export type Put =
  | { readonly kind: 'put'; readonly record: AnchorRecord }
  | { readonly kind: 'failed'; readonly why: string; readonly isContradicted: boolean };

/** One anchor that is about to be put. What the world does wrong is thrown. */
export interface Putting {
  readonly anchor: AnchorKind;
  /** Where to, for people, as far as it is known before. */
  readonly to: string;
  put(signal: AbortSignal): Promise<Put>;
}

export function putGitNote(
  { notes, isAirGapped, clock }: AnchorDeps,
  { notes: signed }: StateToAnchor,
  { remote }: { readonly remote: string },
): Putting {
  return {
    anchor: 'git_note',
    to: remote,
    put: async (signal) => {
      if (notes === null) return failed('the workspace is in no git repository');
      const pushed = await notes.push({ line: printGitNote(signed), remote, isNear: isAirGapped }, signal);
      const to = `${remote} (${pushed.address})`;
      return put({ kind: 'git_note', at: clock.now().toISOString(), to, commit: pushed.commit, ...signed });
    },
  };
}

export function putSyslog(
  { isAirGapped, clock }: AnchorDeps,
  { notes, checkpoint: { tree, head, epoch } }: StateToAnchor,
  settings: SyslogSettings,
): Putting {
  const { host, port, protocol } = settings;
  const to = `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    anchor: 'syslog',
    to,
    put: async (signal) => {
      if (isAirGapped && !isNearHost(host)) return failed(tooFar);
      const at = clock.now();
      const content = {
        log: originOf(tree.logId),
        size: tree.size,
        hash: head.hash,
        root: tree.root.toString('hex'),
        at: head.at,
        key: printNoteKey(epoch.key),
        head: notes.head,
      };
      await sendSyslog(settings, syslogMessage(at, content), signal);
      return put({ kind: 'syslog', at: at.toISOString(), to, ...notes });
    },
  };
}

export function putWitness(
  { folder, isAirGapped, clock }: AnchorDeps,
  { notes, checkpoint: { tree, epoch } }: StateToAnchor,
  { url, key: text }: WitnessSettings,
): Putting {
  return {
    anchor: 'witness',
    to: url,
    put: async (signal) => {
      const key = parseNoteKey(text);
      if (key?.kind !== 'cosignature') return failed('the configured key is not the key of a witness');
      if (isAirGapped && !isNearHost(new URL(url).hostname)) return failed(tooFar);
      const known = await lastCosigned(folder, text, tree.logId);
      const request = {
        url,
        key,
        checkpoint: notes.tree,
        size: tree.size,
        // A witness that saw more than there is here says so itself, once it is asked.
        oldSize: known > tree.size ? 0 : known,
        prove: async (from: number) => await consistencyHashes(folder, { from, to: tree.size }, signal),
      };
      const answer = await askWitness(request, clock.now(), signal);
      if (answer.kind === 'unknown_log')
        return failed(`${answer.why} (origin ${originOf(tree.logId)}, key ${printNoteKey(epoch.key)})`);
      if (answer.kind !== 'cosigned') return failed(answer.why, answer.kind === 'contradicts');
      const at = answer.at.toISOString();
      return put({ kind: 'witness', at, to: url, key: text, ...notes, cosignatures: answer.cosignatures });
    },
  };
}

const tooFar = 'residency is air-gapped, and this is another machine';

/** The size that this witness cosigned last, as far as is known here. It says itself where that is wrong. */
async function lastCosigned(folder: string, key: string, logId: string): Promise<number> {
  const sizes = (await readText(anchorsFile(folder))).split('\n').map((line) => {
    const record = parseAnchorRecord(line);
    if (record?.kind !== 'witness' || record.key !== key) return 0;
    const head = parseChainHead(parseNote(record.head)?.text ?? '');
    return head?.logId === logId ? head.size : 0;
  });
  return sizes.findLast((size) => size > 0) ?? 0;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

function put(record: AnchorRecord): Put {
  return { kind: 'put', record };
}

function failed(why: string, isContradicted = false): Put {
  return { kind: 'failed', why, isContradicted };
}
