import { describe, expect, test } from 'vitest';
import { checkCosignature } from '../../../../server/src/audit/note/cosignature.ts';
import { parseNoteKey, printNoteKey } from '../../../../server/src/audit/note/noteKey.ts';
import { isNoteSignedBy, parseNote, signatureLine, signNote } from '../../../../server/src/audit/note/signedNote.ts';
import { aKey, cosign } from './aKey.ts';

/** The key and the note that C2SP's specification of signed notes shows. */
const publishedKey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const publishedNote =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
/** The note at the beginning of the specification: its text has an empty line of its own. */
const poem =
  'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';

function needKey(text: string) {
  const key = parseNoteKey(text);
  if (key === null) throw new Error(`${text} is no key`);
  return key;
}

function needNote(text: string) {
  const note = parseNote(text);
  if (note === null) throw new Error(`${text} is no note`);
  return note;
}

describe('published notes', () => {
  test('the example of the specification is accepted with its key', () => {
    const key = needKey(publishedKey);
    expect([key.name, key.kind, key.id, printNoteKey(key)]).toEqual([
      'example.com/foo',
      'note',
      '530d903a',
      publishedKey,
    ]);
    expect(isNoteSignedBy(needNote(publishedNote), key)).toBe(true);
    expect(isNoteSignedBy(needNote(publishedNote.replace('message', 'massage')), key)).toBe(false);
  });

  test('the text ends at the last empty line', () => {
    const { text, signatures } = needNote(poem);
    expect(text).toBe('Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n');
    expect(signatures).toMatchObject([{ name: 'quasimodo.example/salvatore', keyId: '367ba04b' }]);
  });
});

describe('a note', () => {
  const { key, privateKey } = aKey('loki/log/audit');
  const other = aKey('loki/log/audit');
  const note = signNote('one\ntwo\n', key, privateKey);

  test('is written and read again', () => {
    expect(needNote(note).text).toBe('one\ntwo\n');
    expect(isNoteSignedBy(needNote(note), key)).toBe(true);
    expect(isNoteSignedBy(needNote(note), other.key)).toBe(false);
  });

  test('may carry signatures of strangers, but no bad one of the key that is asked for', () => {
    const stranger = signatureLine(aKey('witness').key, Buffer.alloc(72));
    expect(isNoteSignedBy(needNote(note + stranger), key)).toBe(true);
    expect(isNoteSignedBy(needNote(note + signatureLine(key, Buffer.alloc(64))), key)).toBe(false);
    const line = needNote(note).signatures[0]?.signature ?? Buffer.of();
    const renamed = `one\ntwo\n\n${signatureLine({ ...key, name: 'loki/other/audit' }, line)}`;
    expect(isNoteSignedBy(needNote(renamed), key)).toBe(false);
  });

  test.each<[string, string]>([
    ['without a signature', 'one\n'],
    ['without an empty line', note.replace('\n\n', '\n')],
    ['without its last line feed', note.slice(0, -1)],
    ['with a control character', note.replace('two', 'two\r')],
    ['with text that is none', note.replace('two', '\ud800')],
    ['with something behind the signatures', `${note}three\n`],
    ['with a hyphen for a dash', note.replace('—', '-')],
    ['with base64 that has a second reading', note.replace(/.=\n$/, '/=\n')],
    ['with a signature too short to have a key id', 'one\n\n— a AAAA\n'],
    ['with a space in a name', note.replace('log/audit', 'log\u00a0audit')],
    ['with more signatures than anybody needs', note + signatureLine(other.key, Buffer.alloc(64)).repeat(100)],
  ])('%s is none', (_what, text) => {
    expect(parseNote(text)).toBeNull();
  });
});

test.each([
  ['another id', publishedKey.replace('530d903a', '530d903b')],
  ['another name', publishedKey.replace('foo', 'bar')],
  ['an id in capitals', publishedKey.replace('530d903a', '530D903A')],
  ['an unknown kind', publishedKey.replace('+AekyeRrm', '+BekyeRrm')],
  ['a key too short', publishedKey.slice(0, -4)],
  ['no name', publishedKey.replace('example.com/foo', '')],
  ['a line feed', `${publishedKey}\n`],
])('a key with %s is none', (_what, text) => {
  expect(parseNoteKey(text)).toBeNull();
});

describe('a cosignature', () => {
  const text = 'loki/log/audit\n3\ncGFnZQ==\n';
  const { key, privateKey } = aKey('witness.example/w1', 'cosignature');
  const line = cosign(text, 1_679_315_147, key, privateKey).trimEnd();

  test('says when the witness saw the checkpoint', () => {
    expect(checkCosignature(text, line, key)).toBe(1_679_315_147);
    expect(needKey(printNoteKey(key)).kind).toBe('cosignature');
  });

  test('holds for nothing but the text, the time and the key it was made with', () => {
    const stranger = aKey('witness.example/w1', 'cosignature').key;
    const [dash = '', name = '', data = ''] = line.split(' ');
    const later = Buffer.from(data, 'base64');
    later.writeUInt8(1, 11);
    const verdicts = [
      checkCosignature(text.replace('3', '4'), line, key),
      checkCosignature(text, line, stranger),
      checkCosignature(text, `${dash} ${name} ${later.toString('base64')}`, key),
      checkCosignature(text, cosign(text, 0, key, privateKey).trimEnd(), key),
      checkCosignature(text, signatureLine(key, Buffer.alloc(64)).trimEnd(), key),
      checkCosignature(text, 'no line', key),
      checkCosignature(text, line, { ...key, kind: 'note' }),
    ];
    expect(verdicts).toEqual([null, null, null, null, null, null, null]);
  });

  test('is no signature of a note, nor the other way round', () => {
    expect(isNoteSignedBy(needNote(`${text}\n${line}\n`), key)).toBe(false);
    const both = signNote(text, key, privateKey);
    expect(isNoteSignedBy(needNote(both), key)).toBe(false);
  });
});
