import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanSecrets } from '../../../server/src/scan/secrets.ts';

// Secrets in all that carries them: files of credentials, addresses, manifests, code that takes them apart.

// Keeps the made-up secrets of these tests from being taken for a leak of real ones.
const cut = '';

const random = 'q7Zp2Lk9Wd4Xs8Vn3Rb6Tf1Yh5Mc0Jg7Qw2Ee9';
const token = `ghp${cut}_${random.slice(0, 36)}`;
const value = random.slice(0, 24);
const password = 'vT9!kq2Zr#Lw';
const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEpQIBAAKCAQEAn6O8liSX4m98LLYtPKSzEmQZBD7Loh9P13f4yQ92EF3yxR5M\n'.repeat(4)}-----END RSA PRIVATE KEY-----`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const wrapped = (text: string): string => base64(text).replaceAll(/.{76}/g, '$&\n');

/** What was found, as the text that would be hidden. */
async function hidden(text: string): Promise<readonly string[]> {
  return (await scanSecrets(text)).map(({ start, end }) => text.slice(start, end));
}

test.each<[where: string, text: string, secret: string]>([
  ['.env', `DB_PASSWORD=${password}\n`, password],
  ['.env with quotes', `export API_KEY='${value}'`, value],
  ['YAML', `database:\n  password: "${password}"\n`, password],
  ['YAML without quotes', `  client_secret: ${value}\n`, value],
  ['JSON', `{"apiKey": "${value}"}`, value],
  ['JSON in JSON', JSON.stringify({ body: JSON.stringify({ token }) }), token],
  ['TOML', `[registry]\ntoken = "${value}"`, value],
  ['properties', `spring.datasource.password=${password}\n`, password],
  ['code', `const clientSecret: string = '${value}';`, value],
  ['a member', `config["auth_token"] = "${value}"`, value],
  ['a call', `setPassword("${value}")`, value],
  ['a header', `headers.set('X-Api-Key', '${value}')`, value],
  ['XML', `<password>${value}</password>`, value],
  ['an attribute of XML', `<add key="ApiKey" value="${value}" />`, value],
  ['a task definition', `{"name": "DB_PASSWORD", "value": "${value}"}`, value],
  ['a pod', `- name: API_TOKEN\n  value: ${value}\n`, value],
  ['a Dockerfile', `ENV SECRET_KEY ${value}\n`, value],
  ['an option', `deploy --token ${value} --verbose`, value],
  ['a diff', `-API_KEY=old\n+API_KEY=${value}\n`, value],
  ['.npmrc', `//registry.npmjs.org/:_authToken=${value}`, value],
  ['.npmrc of old', `_password=${base64(random)}`, base64(random)],
  ['.netrc', `machine api.github.com\n  login octo\n  password ${value}\n`, value],
  ['.netrc in a line', `machine h login me password ${password}`, password],
  ['.pgpass', `db.internal:5432:app:me:${password}`, password],
  ['an address', `git clone https://me:${value}@git.internal/x.git`, value],
  ['the address of a cache', `REDIS_URL=rediss://:${value}@cache.internal:6379/0`, value],
  [
    'the address of a queue',
    `amqps://svc:${password.replace('#', '%23')}@mq.internal/vhost`,
    password.replace('#', '%23'),
  ],
  ['a connection string', `Server=db.internal;Database=app;User Id=sa;Password=${password};`, password],
  ['an option of curl', `curl -s -u me:${value} https://api.internal/`, value],
  ['a header of HTTP', `Authorization: Basic ${base64(`me:${value}`)}`, base64(`me:${value}`)],
  ['the settings of docker', `{"auths":{"r.io":{"auth":"${base64(`me:${value}`)}"}}}`, base64(`me:${value}`)],
  [
    'a key of an account',
    `DefaultEndpointsProtocol=https;AccountKey=${base64(random.repeat(2)).slice(0, 86)}==`,
    `${base64(random.repeat(2)).slice(0, 86)}==`,
  ],
  ['a manifest', `kind: Secret\ndata:\n  password: ${base64('s3cr3t-of-ours')}\n`, base64('s3cr3t-of-ours')],
  [
    'a manifest in plain',
    `apiVersion: v1\nkind: Secret\nstringData:\n  pin: "83 9917"\n  word: rainfall\n`,
    'rainfall',
  ],
  ['a manifest in JSON', `{"kind": "Secret", "data": {"a": "${base64('rainfall9')}"}}`, base64('rainfall9')],
  ['base64', `data: ${base64(`token is ${token}`)}`, base64(`token is ${token}`)],
  ['base64 twice', base64(base64(`token is ${token}`)), base64(base64(`token is ${token}`))],
  ['base64 in lines', wrapped(`${'x '.repeat(50)}${token}`), wrapped(`${'x '.repeat(50)}${token}`)],
  ['hexadecimal digits', Buffer.from(token).toString('hex'), Buffer.from(token).toString('hex')],
  ['a key in base64', `TLS_KEY: ${base64(key)}`, base64(key)],
  ['a key in JSON', JSON.stringify({ key }), JSON.stringify(key).slice(1, -1)],
  ['a key in a diff', key.replaceAll(/^/gm, '+').slice(1), key.replaceAll(/^/gm, '+').slice(1)],
  ['a key in YAML', key.replaceAll('\n', '\n    '), key.replaceAll('\n', '\n    ')],
  ['after a line feed that is spelt out', String.raw`"first\n${token}"`, token],
  ['percent signs', `?t=${token.replace('_', '%5F')}`, token.replace('_', '%5F')],
  ['escapes', `"${token.replace('_', String.raw`\u005f`)}"`, token.replace('_', String.raw`\u005f`)],
  [
    'characters that nobody sees',
    `a ${token.slice(0, 9)}\u200b${token.slice(9)} b`,
    `${token.slice(0, 9)}\u200b${token.slice(9)}`,
  ],
])('in %s', async (_where, text, secret) => {
  const found = await hidden(text);
  expect(found).toContain(secret);
  expect(found).toHaveLength(1);
});

/** Ways in which a language puts a text together from pieces. */
const joints = [
  '" + "',
  "' + '",
  '" . "',
  "' .\n    '",
  '"\n  "',
  '" "',
  '""',
  "''",
  '`+`',
  '" +\n+  "',
  '\\\n',
  '", "',
  '" & "',
  '" || "',
  "'\n+ '",
];

test('a token is found wherever it is taken apart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: token.length - 1 }), fc.constantFrom(...joints), async (at, joint) => {
      const quote = joint === '\\\n' ? '"' : (joint.at(0) ?? '');
      const end = joint === '\\\n' ? '"' : (joint.at(-1) ?? '');
      const written = `${token.slice(0, at)}${joint}${token.slice(at)}`;
      const text = `x = ${quote}${written}${end};`;
      expect(await hidden(text)).toEqual([written]);
    }),
  );
});

test('places are exact whatever stands around a secret', async () => {
  const around = fc.array(
    fc.constantFrom('😀', '\r\n', '\n', 'é', ' ', 'x = 1;', '\ufeff', '" + "', '%20', String.raw`\n`, '漢'),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(around, around, async (before, after) => {
      const text = `${before.join('')} ${token} ${after.join('')}`;
      expect(await scanSecrets(text)).toMatchObject([
        { start: before.join('').length + 1, end: before.join('').length + 1 + token.length },
      ]);
    }),
  );
});
