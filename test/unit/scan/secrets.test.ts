import { expect, test } from 'vitest';
import { hasRedactionMarker, redact, redactSecrets, redactSync } from '../../../server/src/scan/redact.ts';
import { scanSecrets } from '../../../server/src/scan/secrets.ts';
import { positionOf, textOf } from '../../../server/src/scan/text.ts';

// Keeps the made-up secrets of these tests from being taken for a leak of real ones.
const cut = '';

const random = 'q7Zp2Lk9Wd4Xs8Vn3Rb6Tf1Yh5Mc0Jg7Qw2Ee9';
const hex = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b';
const body = 'MIIEpQIBAAKCAQEAn6O8liSX4m98LLYtPKSzEmQZBD7Loh9P13f4yQ92EF3yxR5MsXFu9PRsrYQA7';
const key = (kind: string): string => `-----BEGIN ${kind}PRIVATE KEY-----\n${body}\n-----END ${kind}PRIVATE KEY-----`;

async function check(text: string, rules: readonly string[]): Promise<void> {
  expect((await scanSecrets(text)).map((match) => match.rule)).toEqual(rules);
}

test.each<[string, string]>([
  ['aws-access-key-id', `id = AKI${cut}AQ3EGRTXNPLKJ2W5Z`],
  ['aws-secret-access-key', `AWS_SECRET_ACCESS_KEY="${'wJb7/Kp2Zq9Lx4+Vn8Rt3Yc6Hd1Mf5Gs0Ae7Uo2Pi'.slice(0, 40)}"`],
  ['jwt', `x=eyJ${random.slice(0, 20)}.eyJ${random}.${random}`],
  ['google-api-key', `AIz${cut}aSy${random.slice(0, 33)}`],
  ['github-token', `ghp${cut}_${random.slice(0, 36)}`],
  ['github-token', `ghs${cut}_${random.slice(0, 36)}`],
  ['github-fine-grained-token', `github_pa${cut}t_${random.slice(0, 22)}_${random}${random.slice(0, 21)}`],
  ['gitlab-token', `glpat${cut}-${random.slice(0, 20)}`],
  ['anthropic-key', `sk-ant${cut}-api03-${random}${random}${random.slice(0, 15)}`],
  ['openai-key', `sk${cut}-proj-${random}${random}`],
  ['slack-token', `xoxb${cut}-1234567890-${random.slice(0, 24)}`],
  ['slack-webhook', `https://hooks.slack${cut}.com/services/T0DCUJB1Q/B0DD08H5G/${random.slice(0, 24)}`],
  ['stripe-key', `sk_live${cut}_${random.slice(0, 24)}`],
  ['npm-token', `npm${cut}_${random.slice(0, 36)}`],
  ['loki-token', `loki${cut}_${random}`],
  ['private-key', key('RSA ')],
  ['private-key', key('EC ')],
  ['private-key', key('OPENSSH ')],
  ['private-key', key('').replaceAll('\n', '\\n')],
  ['private-key', key('RSA ').slice(0, 90)],
  ['bearer-token', `Authorization: Bearer ${random}`],
  ['assigned-secret', `db_password = "${random.slice(0, 24)}"`],
  ['assigned-secret', `{"client_secret": "${hex}"}`],
  ['assigned-secret', `SESSION_SECRET=${random}`],
])('%s is found', async (rule, text) => {
  await check(text, [rule]);
  await check(`// secretlint-disable\nbefore ${text} after`, [rule]);
});

test.each<[string, string]>([
  ['the example key of the vendor’s documentation', 'AKIAIOSFODNN7EXAMPLE'],
  ['its secret half', 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  ['a row of the same letter', `ghp_${'x'.repeat(36)}`],
  ['a variable', 'token = process.env.GITHUB_TOKEN_OF_PROJECT_1'],
  ['a template', 'API_KEY=${API_KEY_FROM_VAULT_2024}'],
  ['words', 'password = "correct-horse-battery-staple"'],
  ['a call', 'const secret = readSecretFromKeychain2(name, 123)'],
  ['an empty armour', '-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----'],
  ['a checksum', `"integrity": "sha512-${random}${random}=="`],
  ['a commit', `commit ${hex}`],
  ['a local database', 'postgres://postgres:postgres@localhost:5432/app'],
  ['an identifier with numbers', 'tokenType: "oauth2-access-token-v2-2023"'],
])('%s is no secret', async (_name, text) => {
  await check(text, []);
});

test('matches are in order, do not overlap, and count in UTF-16 units', async () => {
  const token = `ghp${cut}_${random.slice(0, 36)}`;
  const text = `😀 token="${token}" and ${token}`;
  const matches = await scanSecrets(text);
  expect(matches.map(({ start, end }) => text.slice(start, end))).toEqual([token, token]);
});

test('redaction leaves nothing of a secret and marks the place by rule', async () => {
  const token = `glpat${cut}-${random.slice(0, 20)}`;
  const text = `a ${token} b ${token}`;
  const clean = await redactSecrets(text);
  expect(clean).toBe('a «redacted:gitlab-token» b «redacted:gitlab-token»');
  expect(redactSync(text)).toBe(clean);
  expect(hasRedactionMarker(clean)).toBe(true);
  expect(hasRedactionMarker(text)).toBe(false);
  expect(await redactSecrets(clean)).toBe(clean);
});

test('overlapping matches are hidden together', () => {
  const match = (rule: string, start: number, end: number) => ({
    rule,
    kind: '',
    start,
    end,
    severity: 'high' as const,
  });
  expect(redact('0123456789', [match('b', 4, 8), match('a', 2, 5)])).toBe('01«redacted:a»89');
});

test.each([
  'token'.repeat(40_000),
  '-----BEGIN RSA PRIVATE KEY-----\n'.repeat(6_000),
  'password="a'.repeat(18_000),
  'eyJabcdefgh.'.repeat(16_000),
  'a'.repeat(200_000),
])('a text made to slow the scan down takes no longer than others', async (text) => {
  await scanSecrets('warm up');
  const startedMs = performance.now();
  await scanSecrets(text);
  // Generous, since the machine may be busy: what is guarded against takes minutes.
  expect(performance.now() - startedMs).toBeLessThan(3_000);
});

test('text is found in whatever bytes hold it', async () => {
  const token = `npm${cut}_${random.slice(0, 36)}`;
  const utf16 = Buffer.from(token, 'utf16le');
  for (const bytes of [
    Buffer.from(token),
    Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]),
    utf16,
    Buffer.concat([Buffer.from([0, 1, 2, 0]), Buffer.from(token), Buffer.from([0])]),
  ]) {
    expect(await scanSecrets(textOf(bytes))).toHaveLength(1);
  }
});

test('positions count lines and columns from one', () => {
  expect(positionOf('ab\ncd', 0)).toEqual({ line: 1, column: 1 });
  expect(positionOf('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
});

test('many texts that are asked about at once are answered as each is alone', async () => {
  const texts = [
    `id = AKI${cut}AQ3EGRTXNPLKJ2W5Z`,
    'password',
    `= "${random.slice(0, 24)}"`,
    key('RSA ').slice(0, 90),
    key('EC ').slice(0, 30),
    'x'.repeat(200),
    `{"private_key_id": "1", "private_key": ${JSON.stringify(key(''))}}`,
    'AKIAIOSFODNN7EXAMPLE',
    '_authToken=',
    'npm run build',
    'postgres://someone:',
    `${random.slice(0, 12)}@db.internal:5432/app`,
    ...Array.from({ length: 40 }, (_, n) => `step ${n}: edit src/file${n}.ts`),
  ];
  const alone = [];
  for (const text of texts) alone.push(await scanSecrets(text));
  for (let turn = 0; turn < texts.length; turn += 1) {
    const turned = [...texts.slice(turn), ...texts.slice(0, turn)];
    const found = await Promise.all(turned.map(async (text) => await scanSecrets(text)));
    expect(found).toEqual([...alone.slice(turn), ...alone.slice(0, turn)]);
  }
  expect(alone.filter((found) => found.length > 0).length).toBeGreaterThan(2);
});
