import { createServer, type RequestListener } from 'node:http';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { anchorNow } from '../../server/src/audit/anchor/anchorNow.ts';
import { checkCosignature } from '../../server/src/audit/note/cosignature.ts';
import { parseNoteKey } from '../../server/src/audit/note/noteKey.ts';
import { parseNote } from '../../server/src/audit/note/signedNote.ts';
import { readAnchors } from '../../server/src/audit/anchor/readAnchors.ts';
import { anchorDeps, anchorsOf } from '../unit/audit/anchor/anAnchoring.ts';
import { makeSignedLog } from '../unit/audit/proof/aSignedLog.ts';
import { aKey, cosign } from '../unit/audit/note/aKey.ts';
import { temporaryFolder } from '../unit/storage/temporaryFolder.ts';
import { startWitness } from './witnessServer.ts';

const never = new AbortController().signal;

async function aWitnessedLog(entries: number, signedAt: readonly number[], prunedTo?: number) {
  const folder = temporaryFolder();
  const shape = prunedTo === undefined ? {} : { segments: [prunedTo], prunedTo };
  const log = await makeSignedLog(folder, { entries, signedAt, ...shape });
  const [signer] = log.keys;
  if (signer === undefined) throw new Error('the log has a key');
  const witness = await startWitness(new Map([[signer.key.name, signer.key.publicKey]]));
  onTestFinished(async () => await witness.close());
  const deps = anchorDeps(folder, { witness: { url: witness.url, key: witness.vkey } });
  /** Leaves only the checkpoints up to this size: the log as it was then. */
  const asOf = (size: number): void => {
    writeFileSync(
      path.join(folder, 'audit.checkpoints'),
      log.records
        .filter((record) => record.size <= size)
        .map(({ line }) => `${line}\n`)
        .join(''),
    );
  };
  return { folder, ...log, witness, deps, asOf };
}

/** What one answer of a server leads to. */
async function outcomeOf(handle: RequestListener, vkey = aKey('w', 'cosignature')): Promise<unknown> {
  const folder = temporaryFolder();
  await makeSignedLog(folder, { entries: 9, signedAt: [9] });
  const server = createServer(handle);
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const data = Buffer.concat([Buffer.of(4), vkey.key.publicKey]).toString('base64');
  const key = `${vkey.key.name}+${vkey.key.id}+${data}`;
  const deps = anchorDeps(folder, { witness: { url: `http://127.0.0.1:${port}`, key } });
  const anchored = await anchorNow(deps, {}, never);
  return anchored.kind === 'done' ? anchored.outcomes[0] : anchored;
}

describe('a witness', () => {
  test('cosigns each state with a proof that it continues the one before', async () => {
    const { folder, witness, deps, asOf, logId, lines } = await aWitnessedLog(60, [1, 5, 8, 33, 60]);
    for (const size of [1, 5, 8, 33, 60]) {
      asOf(size);
      expect(await anchorNow(deps, {}, never)).toEqual({
        kind: 'done',
        size,
        outcomes: [{ kind: 'anchored', anchor: 'witness', to: witness.url }],
      });
    }
    expect(witness.requests.map(({ body, status }) => [body.split('\n')[0], status])).toEqual([
      ['old 0', 200],
      ['old 1', 200],
      ['old 5', 200],
      ['old 8', 200],
      ['old 33', 200],
    ]);
    expect(witness.latest.get(`loki/${logId}/audit`)?.size).toBe(60);
    const key = parseNoteKey(witness.vkey);
    for (const record of anchorsOf(folder)) {
      if (record?.kind !== 'witness' || key === null) throw new Error('not a record of a witness');
      const [line = '', ...more] = record.cosignatures;
      expect(more).toEqual([]);
      expect(checkCosignature(parseNote(record.tree)?.text ?? '', line, key)).toBe(witness.seconds);
    }
    const read = await readAnchors(folder, { logId, keys: [], witnessKey: key, readNotes: null });
    expect(read.problems).toEqual([]);
    expect(read.claims.at(-1)).toEqual({
      by: `the witness witness.example/w1 at ${witness.url}`,
      at: new Date(witness.seconds * 1000).toISOString(),
      size: 60,
      hash: null,
      root: witness.latest.get(`loki/${logId}/audit`)?.root.toString('hex'),
    });
    expect(lines).toHaveLength(60);
  });

  test('says what it knows where that is not what was thought, and is then told the right step', async () => {
    const { folder, witness, deps, asOf } = await aWitnessedLog(40, [7, 20, 40]);
    asOf(7);
    await anchorNow(deps, {}, never);
    writeFileSync(path.join(folder, 'audit.anchors'), '');
    asOf(40);
    expect(await anchorNow(deps, {}, never)).toMatchObject({ outcomes: [{ kind: 'anchored' }] });
    expect(witness.requests.map(({ body, status }) => [body.split('\n')[0], status])).toEqual([
      ['old 0', 200],
      ['old 0', 409],
      ['old 7', 200],
    ]);
  });

  test('cosigns the same state again', async () => {
    const { witness, deps } = await aWitnessedLog(4, [4]);
    await anchorNow(deps, {}, never);
    expect(await anchorNow(deps, {}, never)).toMatchObject({ outcomes: [{ kind: 'anchored' }] });
    expect(witness.requests.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('notices a log that was shortened', async () => {
    const { deps, asOf, witness } = await aWitnessedLog(40, [7, 40]);
    await anchorNow(deps, {}, never);
    asOf(7);
    expect(await anchorNow(deps, {}, never)).toMatchObject({
      outcomes: [
        {
          kind: 'failed',
          isContradicted: true,
          why: 'it has seen 40 entries of this log, which has 7: entries are missing here',
        },
      ],
    });
    expect(deps.entries.at(-1)).toMatchObject({
      what: 'audit_anchor_failed',
      where: witness.url,
      metadata: { is_contradicted: true, size: 7 },
    });
  });

  test('notices a log that was rewritten', async () => {
    const { deps, witness, logId } = await aWitnessedLog(40, [12, 40]);
    witness.latest.set(`loki/${logId}/audit`, { size: 12, root: Buffer.alloc(32, 9) });
    expect(await anchorNow(deps, {}, never)).toMatchObject({
      outcomes: [
        { kind: 'failed', isContradicted: true, why: 'this log does not continue the earlier state that it has seen' },
      ],
    });
  });

  test('that saw only what was deleted since cannot be told the step, and it is said why', async () => {
    const { deps, witness, logId } = await aWitnessedLog(40, [12, 20, 40], 20);
    witness.latest.set(`loki/${logId}/audit`, { size: 12, root: Buffer.alloc(32, 9) });
    expect(await anchorNow(deps, {}, never)).toMatchObject({
      outcomes: [{ kind: 'failed', isContradicted: false, why: expect.stringContaining('deleted on purpose') }],
    });
  });

  test('that does not know the log, or another key of it, is asked for nothing more', async () => {
    const { deps, witness, keys } = await aWitnessedLog(4, [4]);
    const folder = temporaryFolder();
    await makeSignedLog(folder, { entries: 3, signedAt: [3] });
    const stranger = anchorDeps(folder, deps.settings);
    expect(await anchorNow(stranger, {}, never)).toMatchObject({
      outcomes: [{ why: expect.stringContaining('does not know this log') }],
    });
    const other = await startWitness(new Map([[keys[0]?.key.name ?? '', Buffer.alloc(32, 1)]]));
    onTestFinished(async () => await other.close());
    const wrong = { ...deps, settings: { ...deps.settings, witness: { url: other.url, key: other.vkey } } };
    expect(await anchorNow(wrong, {}, never)).toMatchObject({
      outcomes: [{ why: expect.stringContaining('does not accept the signature') }],
    });
    expect(witness.requests.map(({ status }) => status)).toEqual([404]);
  });

  test('whose cosignature is dated in the future is not believed', async () => {
    const { deps, witness } = await aWitnessedLog(4, [4]);
    witness.seconds = 1_772_370_000;
    expect(await anchorNow(deps, {}, never)).toMatchObject({
      outcomes: [{ kind: 'failed', why: expect.stringContaining('which is in the future') }],
    });
  });
});

describe('an answer that no witness gives', () => {
  const own = aKey('w', 'cosignature');

  test.each<[string, RequestListener, string]>([
    ['a page', (_request, response) => void response.end('hello'), 'no good cosignature of the key w+'],
    [
      'a cosignature of another text',
      (_request, response) => void response.end(cosign('x\n', 1_772_360_500, own.key, own.privateKey)),
      'no good cosignature',
    ],
    [
      'a redirect',
      (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'status 302',
    ],
    ['an error', (_request, response) => void response.writeHead(500).end(), 'status 500'],
    ['409 with a page', (_request, response) => void response.writeHead(409).end('9\n'), '409 without the size'],
    [
      'the size that it was told',
      (_request, response) => void response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('0\n'),
      'does not accept 0',
    ],
    [
      'ever another size',
      (() => {
        let size = 0;
        return (_request, response) => {
          size += 1;
          response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${size}\n`);
        };
      })(),
      'other states at the same time',
    ],
    ['no end', (_request, response) => void response.write('x'.repeat(200_000)), 'no good cosignature'],
    ['a broken line', (request) => void request.socket.destroy(), 'socket hang up'],
  ])('such as %s is refused and recorded', async (_what, handle, why) => {
    expect(await outcomeOf(handle, own)).toMatchObject({ kind: 'failed', why: expect.stringContaining(why) });
  });
});
