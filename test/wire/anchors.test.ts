import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { anchoredLog } from '../../server/src/audit/anchor/anchoredLog.ts';
import { readAnchors } from '../../server/src/audit/anchor/readAnchors.ts';
import { noAnchors } from '../../server/src/audit/anchor/settings.ts';
import { openSigningKeys } from '../../server/src/audit/keys/openSigningKeys.ts';
import { parseNoteKey } from '../../server/src/audit/note/noteKey.ts';
import { checkKeyChain } from '../../server/src/audit/checkpoint/keyChain.ts';
import { proveInclusion } from '../../server/src/audit/proof/prove.ts';
import { readSignedStates } from '../../server/src/audit/proof/signedStates.ts';
import { verifyAuditLog } from '../../server/src/audit/verify/verify.ts';
import { openAuditLog } from '../../server/src/audit/write/writer.ts';
import { anchor } from '../../server/src/cli/audit/anchor.ts';
import { anchorByHand } from '../../server/src/runs/anchorByHand.ts';
import { readAuditNotes } from '../../server/src/workspace/readAuditNotes.ts';
import { systemClock } from '../../server/src/base/clock.ts';
import type { World } from '../../server/src/runs/world.ts';
import { aRecord } from '../unit/audit/aRecord.ts';
import { auditDeps } from '../unit/audit/auditDeps.ts';
import { readLog } from '../unit/audit/aLog.ts';
import { parse } from '../unit/audit/theRecipe.ts';
import { sampleRepository, type SampleRepository } from '../unit/workspace/sampleRepository.ts';
import { startWitness, type WitnessServer } from './witnessServer.ts';

// A real log with real keys, anchored in a real remote, at a real listener and by a real witness.

let repository: SampleRepository;
afterEach(() => repository.remove());

interface Scene {
  readonly folder: string;
  readonly bare: string;
  readonly witness: WitnessServer;
  readonly known: Map<string, Buffer>;
  readonly lines: string[];
  readonly syslogPort: number;
  readonly open: () => ReturnType<typeof openAuditLog>;
  readonly world: World;
}

async function aScene(entries: number): Promise<Scene> {
  repository = sampleRepository();
  const bare = path.join(repository.home, 'remote.git');
  repository.git('init', '--quiet', '--bare', bare);
  repository.git('remote', 'add', 'origin', bare);
  const folder = path.join(repository.root, '.loki', 'audit');
  const { lokiHome } = repository;
  const keys = openSigningKeys({ lokiHome, vault: null, clock: systemClock });
  const open = () => openAuditLog(folder, { clock: systemClock, redact: (text) => text, keys });
  const log = open();
  for (let index = 0; index < entries; index += 1) await log.append(aRecord(index));
  await log.close();
  const known = new Map<string, Buffer>();
  const witness = await startWitness(known);
  onTestFinished(async () => await witness.close());
  witness.seconds = Math.floor(Date.now() / 1000);
  const lines: string[] = [];
  const socket = createSocket('udp4', (message) => void lines.push(message.toString()));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const world = { env: {}, lokiHome, clock: systemClock, person: 'os:ada' } as World;
  return { folder, bare, witness, known, lines, syslogPort: socket.address().port, open, world };
}

async function keyOf(folder: string) {
  const chain = checkKeyChain((await readSignedStates(folder, [])).keys);
  const epoch = chain.kind === 'good' ? chain.value.epochs.at(-1) : undefined;
  if (epoch === undefined) throw new Error('the log has a key');
  return epoch;
}

const entriesOf = (folder: string) => readLog(folder).map((line) => parse(line));

function configure({ witness, syslogPort }: Scene, place: string): void {
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(
    place,
    `audit:\n  anchors:\n    git_note: { remote: origin }\n    syslog: { host: 127.0.0.1, port: ${syslogPort} }\n    witness: { url: '${witness.url}', key: '${witness.vkey}' }\n`,
  );
}

async function anchorCommand(scene: Scene, ...args: string[]) {
  let printed = '';
  let told = '';
  const code = await anchor(
    {
      ...auditDeps,
      auditFolderOf: () => scene.folder,
      anchor: async (wish, signal) => await anchorByHand(scene.world, wish, signal),
    },
    args,
    {
      env: {},
      cwd: repository.root,
      stdin: process.stdin,
      print: (text) => {
        printed += text;
      },
      tell: (text) => {
        told += text;
      },
      isInteractive: false,
      printsToTerminal: false,
      signal: new AbortController().signal,
    },
  );
  return { code, printed, told };
}

describe('loki audit anchor', () => {
  test('puts the state into every place, says so, and leaves evidence that can be read back', async () => {
    const scene = await aScene(5);
    const { folder, witness, known } = scene;
    const { key, logId } = await keyOf(folder);
    known.set(key.name, key.publicKey);
    configure(scene, path.join(repository.lokiHome, 'config.yaml'));
    const { code, printed, told } = await anchorCommand(scene);
    expect(printed.split('\n').toSorted()).toEqual(
      [
        '',
        `git note: pushed to origin (${scene.bare})`,
        `syslog: sent to udp://127.0.0.1:${scene.syslogPort}`,
        `witness: cosigned by the one at ${witness.url}`,
      ].toSorted(),
    );
    expect([code, told]).toEqual([
      0,
      'Putting the state of the audit log into 3 places …\nAnchored: the first 6 entries of the audit log.\n',
    ]);
    expect(entriesOf(folder).slice(5)).toMatchObject([
      { who: 'os:ada', what: 'audit_anchor_requested' },
      ...Array.from({ length: 3 }, () => ({ who: 'loki', what: 'audit_anchored', metadata: { size: 6 } })),
    ]);
    expect(scene.lines).toHaveLength(1);
    const { claims, problems } = await readAnchors(folder, {
      logId,
      keys: [key],
      witnessKey: parseNoteKey(witness.vkey),
      readNotes: async () => await readAuditNotes(repository.root),
    });
    expect(problems).toEqual([]);
    expect(claims.map(({ size }) => size)).toEqual([6, 6, 6]);
    expect(new Set(claims.map(({ by }) => by))).toEqual(
      new Set([
        `a git note pushed to origin (${scene.bare})`,
        `syslog udp://127.0.0.1:${scene.syslogPort} (sent)`,
        `the witness witness.example/w1 at ${witness.url}`,
      ]),
    );
    const verified = await verifyAuditLog(folder, { anchors: claims });
    expect(verified).toMatchObject({ valid: true, integrity: 'intact', anchoredTo: { length: 3 } });
    expect(await proveInclusion(folder, 5)).toMatchObject({ index: 5 });
  });

  test('needs agreement once where the project names the places', async () => {
    const scene = await aScene(2);
    configure(scene, path.join(repository.root, '.loki', 'config.yaml'));
    await expect(anchorCommand(scene)).rejects.toMatchObject({
      code: 'confirmation_needed',
      message: expect.stringMatching(/audit\.anchors\.git_note: \{"remote":"origin"\}.*run again with --trust/),
    });
    expect([scene.lines, scene.witness.requests]).toEqual([[], []]);
    expect((await anchorCommand(scene, '--trust')).printed).toContain('git note: pushed to origin');
    expect((await anchorCommand(scene)).printed).toContain('git note: pushed to origin');
  });

  test('says what failed, with what the witness must be told, and does what it can', async () => {
    const scene = await aScene(2);
    configure(scene, path.join(repository.lokiHome, 'config.yaml'));
    execFileSync('git', ['remote', 'remove', 'origin'], { cwd: repository.root });
    const { key } = await keyOf(scene.folder);
    const { code, printed, told } = await anchorCommand(scene, '--json');
    expect([code, told.split('\n')[1]]).toEqual([
      3,
      '2 of 3 failed; what worked stays, and the audit log holds what came of each.',
    ]);
    expect(parse(printed)).toMatchObject({
      size: 3,
      outcomes: [
        { kind: 'failed', anchor: 'git_note', why: expect.stringContaining('no remote origin') },
        { kind: 'anchored', anchor: 'syslog' },
        {
          kind: 'failed',
          anchor: 'witness',
          why: `it does not know this log: have it added there (origin ${key.name}, key ${key.name}+${key.id}+${Buffer.concat([Buffer.of(1), key.publicKey]).toString('base64')})`,
        },
      ],
    });
  });

  test('is refused where nothing is configured, or nothing was recorded', async () => {
    const scene = await aScene(2);
    await expect(anchorCommand(scene)).rejects.toMatchObject({ code: 'usage' });
    configure(scene, path.join(repository.lokiHome, 'config.yaml'));
    const empty = { ...scene, folder: path.join(repository.home, 'audit') };
    const elsewhere = path.join(repository.home, 'elsewhere');
    mkdirSync(elsewhere);
    await expect(anchorCommand(empty, '--workspace', elsewhere)).rejects.toMatchObject({ code: 'audit_missing' });
  });
});

describe('a log that is anchored while it is written', () => {
  test('is anchored when it is closed, with everything in it, and what came of it is recorded', async () => {
    const { folder, open, witness, known } = await aScene(3);
    const { key } = await keyOf(folder);
    known.set(key.name, key.publicKey);
    const settings = { ...noAnchors, witness: { url: witness.url, key: witness.vkey } };
    const log = anchoredLog(open, { folder, settings, clock: systemClock, notes: null, isAirGapped: true });
    for (let index = 3; index < 8; index += 1) await log.append(aRecord(index));
    await log.close();
    expect(witness.latest.get(key.name)?.size).toBe(8);
    expect(entriesOf(folder).slice(8)).toMatchObject([{ what: 'audit_anchored', metadata: { size: 8 } }]);
    expect((await readSignedStates(folder, [])).last?.size).toBe(9);
    expect(await verifyAuditLog(folder)).toMatchObject({ valid: true, entries: 9 });
  });

  test('is closed even where no place takes it, and where none is configured it is the log itself', async () => {
    const { folder, open } = await aScene(3);
    const deps = { folder, clock: systemClock, notes: null, isAirGapped: false };
    const log = anchoredLog(open, { ...deps, settings: { ...noAnchors, gitNote: { remote: 'origin' } } });
    await log.append(aRecord(3));
    await log.close();
    expect(entriesOf(folder).at(-1)).toMatchObject({
      what: 'audit_anchor_failed',
      why: 'the workspace is in no git repository',
    });
    const own = open();
    expect(anchoredLog(() => own, { ...deps, settings: noAnchors })).toBe(own);
    await own.close();
  });
});
