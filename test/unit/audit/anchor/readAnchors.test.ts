import { appendFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { appendAnchor } from '../../../../server/src/audit/anchor/anchorFile.ts';
import {
  parseAnchorRecord,
  parseGitNote,
  printAnchorRecord,
  printGitNote,
  type AnchorRecord,
} from '../../../../server/src/audit/anchor/anchorRecord.ts';
import { readAnchors, type AnchorSources } from '../../../../server/src/audit/anchor/readAnchors.ts';
import { parseNote } from '../../../../server/src/audit/note/signedNote.ts';
import { printNoteKey } from '../../../../server/src/audit/note/noteKey.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { aKey, cosign } from '../note/aKey.ts';
import { makeSignedLog } from '../proof/aSignedLog.ts';
import { anchorsOf } from './anAnchoring.ts';

const at = '2026-03-01T10:21:40.000Z';
const witness = aKey('witness.example/w1', 'cosignature');

async function aLog() {
  const folder = temporaryFolder();
  const log = await makeSignedLog(folder, { entries: 6, signedAt: [2, 4, 6] });
  const states = log.records.flatMap(({ line }) => {
    const { tree, head } = Object.assign({ tree: '', head: '' }, JSON.parse(line));
    return tree === '' ? [] : [{ tree, head }];
  });
  const [two, four, six] = states;
  if (two === undefined || four === undefined || six === undefined) throw new Error('three states are signed');
  const sources: AnchorSources = {
    logId: log.logId,
    keys: log.keys.map(({ key }) => key),
    witnessKey: witness.key,
    readNotes: null,
  };
  return { folder, sources, two, four, six };
}

const cosigned = (tree: string, signer = witness): AnchorRecord & { kind: 'witness' } => {
  const line = cosign(parseNote(tree)?.text ?? '', 1_772_360_500, signer.key, signer.privateKey).trimEnd();
  return { kind: 'witness', at, to: 'https://w', key: printNoteKey(signer.key), tree, head: '', cosignatures: [line] };
};

describe('what is known of a log elsewhere', () => {
  test('is nothing where there are no anchors, and nothing is made', async () => {
    const { folder, sources } = await aLog();
    const before = readdirSync(folder);
    expect(await readAnchors(folder, sources)).toEqual({ claims: [], problems: [] });
    expect(readdirSync(folder)).toEqual(before);
  });

  test('is what the notes say, and who holds them', async () => {
    const { folder, sources, two, four, six } = await aLog();
    await appendAnchor(folder, { kind: 'git_note', at, to: 'origin (/srv/x.git)', commit: 'c0ffee', ...two });
    await appendAnchor(folder, { kind: 'syslog', at, to: 'udp://logs:514', ...four });
    await appendAnchor(folder, cosigned(six.tree));
    const { claims, problems } = await readAnchors(folder, sources);
    expect(problems).toEqual([]);
    expect(claims).toEqual([
      {
        by: 'a git note pushed to origin (/srv/x.git)',
        at,
        size: 2,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        root: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      {
        by: 'syslog udp://logs:514 (sent)',
        at,
        size: 4,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        root: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      {
        by: 'the witness witness.example/w1 at https://w',
        at: new Date(1_772_360_500_000).toISOString(),
        size: 6,
        hash: null,
        root: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  test('is also what stands in the repository, though no record of it is left', async () => {
    const { folder, sources, two, four } = await aLog();
    await appendAnchor(folder, { kind: 'git_note', at, to: 'origin', commit: 'c0ffee', ...two });
    const stranger = aKey(sources.keys[0]?.name ?? '');
    const lines = [printGitNote(two), printGitNote(four), 'hello', '{"tree":1}', '{"tree":"x","head":"y"}'];
    const readNotes = async () => await Promise.resolve(lines);
    const { claims } = await readAnchors(folder, { ...sources, readNotes });
    expect(claims.map(({ by, size }) => [by, size])).toEqual([
      ['a git note pushed to origin', 2],
      ['a git note in a remote', 4],
    ]);
    // Whoever may push notes could otherwise make an honest log look altered.
    expect((await readAnchors(folder, { ...sources, readNotes, keys: [stranger.key] })).claims).toEqual([]);
  });

  test('is not what is signed by nobody who is known, or about another log', async () => {
    const { folder, sources, two, four } = await aLog();
    const other = await aLog();
    const altered = { ...two, head: two.head.replace('\n2\n', '\n3\n') };
    await appendAnchor(folder, { kind: 'syslog', at, to: 'udp://a:1', ...altered });
    await appendAnchor(folder, { kind: 'syslog', at, to: 'udp://b:1', tree: two.tree, head: four.head });
    await appendAnchor(folder, { ...cosigned(two.tree), tree: four.tree });
    await appendAnchor(folder, { kind: 'syslog', at, to: 'udp://c:1', ...other.two });
    await appendAnchor(folder, cosigned(other.two.tree));
    expect(await readAnchors(folder, sources)).toEqual({
      claims: [],
      problems: ['udp://a:1', 'udp://b:1', 'https://w'].map(
        (to) => `an anchor of ${at} (${to}) is signed by no key that is known`,
      ),
    });
  });

  test('names a witness whose key nobody has compared', async () => {
    const { folder, sources, two } = await aLog();
    await appendAnchor(folder, cosigned(two.tree, aKey('witness.example/w1', 'cosignature')));
    for (const witnessKey of [witness.key, null]) {
      expect((await readAnchors(folder, { ...sources, witnessKey })).claims).toMatchObject([
        { by: 'the witness witness.example/w1 at https://w, whose key was not compared' },
      ]);
    }
  });

  test('leaves out a line that somebody could not finish, and tells of one that is no record', async () => {
    const { folder, sources, two, four } = await aLog();
    const file = path.join(folder, 'audit.anchors');
    await appendAnchor(folder, { kind: 'syslog', at, to: 'udp://a:1', ...two });
    appendFileSync(file, '{"kind":"sys');
    expect(await readAnchors(folder, sources)).toMatchObject({ claims: [{ size: 2 }], problems: [] });
    await appendAnchor(folder, { kind: 'syslog', at, to: 'udp://a:1', ...four });
    expect(await readAnchors(folder, sources)).toMatchObject({
      claims: [{ size: 2 }, { size: 4 }],
      problems: ['line 2 of audit.anchors is not a record of an anchor'],
    });
    expect(anchorsOf(folder)[1]).toBeNull();
  });
});

test('a record is read as what was written, and nothing else is one', () => {
  const notes = { at, to: 'x', tree: 't', head: 'h' };
  const records: AnchorRecord[] = [
    { kind: 'git_note', ...notes, commit: 'c' },
    { kind: 'syslog', ...notes },
    { kind: 'witness', ...notes, key: 'k', cosignatures: ['a', 'b'] },
  ];
  for (const record of records) {
    const line = printAnchorRecord(record);
    expect(parseAnchorRecord(line)).toEqual(record);
    const wrong = [
      ` ${line}`,
      line.slice(0, -1),
      line.replace('"at"', '"when"'),
      line.replace('"x"', '1'),
      line.replace('{', '{"more":1,'),
      line.replace(`"${record.kind}"`, '"letter"'),
    ];
    expect(wrong.map(parseAnchorRecord)).toEqual(wrong.map(() => null));
  }
  expect(parseAnchorRecord('[]')).toBeNull();
  expect(parseGitNote(printGitNote(notes))).toEqual({ tree: 't', head: 'h' });
});

test('evidence is not written through a link', async () => {
  const { folder, two } = await aLog();
  const elsewhere = path.join(temporaryFolder(), 'file');
  writeFileSync(elsewhere, '');
  symlinkSync(elsewhere, path.join(folder, 'audit.anchors'));
  await expect(appendAnchor(folder, { kind: 'syslog', at, to: 'x', ...two })).rejects.toMatchObject({ code: 'ELOOP' });
});
