import * as z from 'zod';
import { approvalGrant } from '#protocol/approval';
import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { RunId } from '../base/id.ts';
import type { DeniedIntent } from '../policy/deniedBefore.ts';
import { lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabase } from '../storage/sqlite.ts';
import type { ApprovalMemory, OpenQuestion } from '../gateway/approvalMemory.ts';
import type { Grant } from '../gateway/grant.ts';

const texts = z.array(z.string()).readonly();
const pathMarks = z.array(z.strictObject({ path: z.string(), isWhole: z.boolean() })).readonly();

const grantRow: z.ZodType<Grant> = z.strictObject({
  ...approvalGrant.shape,
  agent: z.string(),
  by: z.string(),
  policyHash: z.string(),
  questions: texts,
  covers: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('action'), actionDigest: z.string() }),
    z.strictObject({
      kind: z.literal('pattern'),
      pattern: z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('command'),
          words: z.array(z.string()).min(1).readonly(),
          cwd: z.string().nullable(),
        }),
        z.strictObject({ kind: z.literal('write'), folder: z.string().min(1) }),
        z.strictObject({ kind: z.literal('fetch'), origin: z.string() }),
        z.strictObject({ kind: z.literal('service'), server: z.string(), tool: z.string() }),
      ]),
    }),
  ]),
});
const denialRow: z.ZodType<DeniedIntent> = z.strictObject({
  denialId: z.string(),
  title: z.string(),
  by: z.string(),
  why: z.string().nullable(),
  deniedAt: z.string(),
  actionDigest: z.string(),
  intent: z.strictObject({
    writes: pathMarks,
    deletes: pathMarks,
    reads: texts,
    touches: texts,
    isReading: z.boolean(),
    commands: texts,
    hosts: texts,
    others: texts,
  }),
});
const questionRow: z.ZodType<OpenQuestion> = z.strictObject({
  approvalId: z.string(),
  agent: z.string(),
  title: z.string(),
  actionDigest: z.string(),
  askedAt: z.string(),
});

type Kind = 'grant' | 'denial' | 'question';

/** What no run comes back for is dropped after so long. */
const keptForMs = 90 * 24 * 3_600_000;

/**
 * The memory of a run in `$LOKI_HOME/loki.db`, outside of every worktree. Each change is on disk when the call returns.
 * What cannot be read there is a failure, never an empty memory: a denial must not be forgotten.
 */
export function openApprovalMemory(
  { lokiHome, clock }: { readonly lokiHome: string; readonly clock: Clock },
  runId: RunId,
): ApprovalMemory & { close(): void } {
  const file = lokiDatabase(lokiHome);
  const database = openDatabase(file, lokiMigrations);
  const select = database.prepare(
    'SELECT body FROM approval_memory WHERE run_id = ? AND kind = ? ORDER BY kept_at, id',
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO approval_memory (run_id, kind, id, body, kept_at) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM approval_memory WHERE run_id = ? AND kind = ? AND id = ?');
  database
    .prepare('DELETE FROM approval_memory WHERE kept_at < ? AND run_id <> ?')
    .run(new Date(clock.now().getTime() - keptForMs).toISOString(), runId);

  const read = <T>(kind: Kind, schema: z.ZodType<T>): readonly T[] =>
    select.all(runId, kind).map(({ body }) => {
      try {
        return schema.parse(JSON.parse(String(body)));
      } catch (cause) {
        throw new Failure('ledger_unusable', `what ${file} keeps of the approvals of ${runId} cannot be read`, {
          cause,
        });
      }
    });
  const keep = (kind: Kind, id: string, body: unknown): void =>
    void insert.run(runId, kind, id, JSON.stringify(body), clock.now().toISOString());
  const drop = (kind: Kind, id: string): void => void remove.run(runId, kind, id);
  return {
    grants: () => read('grant', grantRow),
    keepGrant: (grant) => keep('grant', grant.grantId, grant),
    denials: () => read('denial', denialRow),
    keepDenial: (denial) => keep('denial', denial.denialId, denial),
    liftDenials: (denialIds) => denialIds.forEach((denialId) => drop('denial', denialId)),
    openQuestions: () => read('question', questionRow),
    keepQuestion: (question) => keep('question', question.approvalId, question),
    closeQuestion: (approvalId) => drop('question', approvalId),
    close: () => database.close(),
  };
}
