import type { ApprovalAnswer, ApprovalRequest } from '#protocol/approval';
import type { Approver } from '../gateway/approver.ts';

type AskAll = (requests: readonly ApprovalRequest[], signal: AbortSignal) => Promise<readonly ApprovalAnswer[]>;

interface Batch {
  readonly requests: ApprovalRequest[];
  readonly signals: AbortSignal[];
  readonly answers: Promise<readonly ApprovalAnswer[]>;
  readonly complete: () => void;
}

/** Puts questions one after the other; those of one batch as one, once all of them have come in. */
export function collectBatches(askAll: AskAll): Approver['decide'] {
  const batches = new Map<string, Batch>();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act, act);
    turn = mine.catch(() => undefined);
    return await mine;
  };

  const batchOf = (batchId: string): Batch => {
    const known = batches.get(batchId);
    if (known !== undefined) return known;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const requests: ApprovalRequest[] = [];
    const signals: AbortSignal[] = [];
    // Withdrawn with the first of them: a list of which a part is gone is not what would be answered.
    const answers = promise.then(
      async () => await inTurn(async () => await askAll(requests, AbortSignal.any(signals))),
    );
    const batch = { requests, signals, answers, complete: () => resolve(undefined) };
    batches.set(batchId, batch);
    return batch;
  };

  return async (request, signal) => {
    if (request.batch === undefined) {
      const [answer] = await inTurn(async () => await askAll([request], signal));
      return answer ?? { outcome: 'expired', why: 'Nobody answered' };
    }
    const { batchId, size } = request.batch;
    const batch = batchOf(batchId);
    const place = batch.requests.push(request) - 1;
    batch.signals.push(signal);
    if (batch.requests.length >= size) {
      batches.delete(batchId);
      batch.complete();
    }
    const answers = await batch.answers;
    return answers[place] ?? { outcome: 'expired', why: 'Nobody answered' };
  };
}
