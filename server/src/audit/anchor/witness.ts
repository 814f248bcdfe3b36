import { fetchTo } from '../../base/directFetch.ts';
import { checkCosignature } from '../note/cosignature.ts';
import type { NoteKey } from '../note/noteKey.ts';
import { parseNote } from '../note/signedNote.ts';

// The client of a witness (C2SP tlog-witness, add-checkpoint): it hands over a signed checkpoint with a proof that it
// continues the last one that the witness saw, and gets the witness's cosignature.

export interface WitnessRequest {
  /** The submission prefix. */
  readonly url: string;
  readonly key: NoteKey;
  /** The signed checkpoint, a note. */
  readonly checkpoint: string;
  readonly size: number;
  /** What the witness has seen, as far as is known; 0 for nothing. */
  readonly oldSize: number;
  /** The hashes that prove the step from an older size to this one. */
  prove(oldSize: number): Promise<readonly Buffer[]>;
}

export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly cosignatures: readonly string[]; readonly at: Date }
  /** The witness has seen what this log cannot continue: more entries than it has, or other ones. */
  | { readonly kind: 'contradicts'; readonly why: string }
  /** It knows no log of this origin, or not this key of it: whoever runs it must be told. */
  | { readonly kind: 'unknown_log'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Asks for a cosignature. What the world does wrong is thrown as it comes. */
export async function askWitness(request: WitnessRequest, now: Date, signal: AbortSignal): Promise<WitnessAnswer> {
  const first = await send(request, request.oldSize, signal);
  if (first.status !== 409) return answerOf(request, first, now);
  const seen = sizeIn(first);
  if (seen === null) return refused('it answered 409 without the size that it knows');
  if (seen > request.size)
    return {
      kind: 'contradicts',
      why: `it has seen ${seen} entries of this log, which has ${request.size}: entries are missing here`,
    };
  if (seen === request.oldSize) return refused(`it does not accept ${seen} as the size that it knows, but answers it`);
  const second = await send(request, seen, signal);
  if (second.status === 409) return refused('it is being told of other states at the same time; try again later');
  return answerOf({ ...request, oldSize: seen }, second, now);
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

async function send(request: WitnessRequest, oldSize: number, signal: AbortSignal): Promise<Answer> {
  const proof = oldSize === 0 ? [] : await request.prove(oldSize);
  const lines = [`old ${oldSize}`, ...proof.map((hash) => hash.toString('base64')), '', request.checkpoint];
  const response = await fetchTo(request.url)(`${request.url.replace(/\/+$/, '')}/add-checkpoint`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: lines.join('\n'),
    // A redirect would lead to a place that nobody configured.
    redirect: 'manual',
    signal,
  });
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: await readShort(response),
  };
}

function answerOf({ checkpoint, key, oldSize }: WitnessRequest, answer: Answer, now: Date): WitnessAnswer {
  switch (answer.status) {
    case 200:
      return cosignedBy(key, checkpoint, answer.body, now);
    case 403:
      return { kind: 'unknown_log', why: 'it does not accept the signature: tell whoever runs it the key of this log' };
    case 404:
      return { kind: 'unknown_log', why: 'it does not know this log: have it added there' };
    case 422:
      return {
        kind: 'contradicts',
        why: `this log does not continue the ${oldSize === 0 ? 'state' : 'earlier state'} that it has seen`,
      };
    default:
      return refused(`it answered with status ${answer.status}`);
  }
}

/** A clock may be wrong by as much. */
const mostAheadMs = 3_600_000;

function cosignedBy(key: NoteKey, checkpoint: string, body: string, now: Date): WitnessAnswer {
  const text = parseNote(checkpoint)?.text ?? '';
  const good = body.split('\n').flatMap((line) => {
    const seconds = checkCosignature(text, line, key);
    return seconds === null ? [] : [{ line, at: new Date(seconds * 1000) }];
  });
  const [first] = good;
  if (first === undefined) return refused(`its answer holds no good cosignature of the key ${key.name}+${key.id}`);
  if (first.at.getTime() > now.getTime() + mostAheadMs)
    return refused(`its cosignature is dated ${first.at.toISOString()}, which is in the future`);
  return { kind: 'cosigned', cosignatures: good.map(({ line }) => line), at: first.at };
}

function sizeIn({ contentType, body }: Answer): number | null {
  const match = /^(0|[1-9][0-9]{0,14})\n?$/.exec(body);
  return contentType.startsWith('text/x.tlog.size') && match !== null ? Number(match[1]) : null;
}

const mostBytes = 64 * 1024;

/** The body, of which only the beginning counts where it is longer than any answer can be. */
async function readShort({ body }: Response): Promise<string> {
  if (body === null) return '';
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels what was not read.
  for await (const part of body) {
    parts.push(part);
    length += part.byteLength;
    if (length >= mostBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostBytes).toString('utf8');
}

function refused(why: string): WitnessAnswer {
  return { kind: 'refused', why };
}
