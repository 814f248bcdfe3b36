import { expect, test } from 'vitest';
import { scanSecrets } from '../../../server/src/scan/secrets.ts';

// Texts of a megabyte that are made to slow a scan down. Who may write files must not be able to stop what reads them.

const megabyte = 1024 * 1024;
const fill = (piece: string): string => piece.repeat(Math.ceil(megabyte / piece.length));

test.each([
  'token',
  'password="a',
  'password: ',
  'key=key=',
  'api_key_',
  'a',
  'Ab1-',
  'eyJabcdefgh.',
  'sk-ant-',
  'ghs_1_',
  'xoxb-1234567890-',
  '://a:',
  'http://aaaa:bbbb',
  'mysql://a:b',
  'Server=',
  'Server=x;Password=',
  'machine a login b ',
  'curl -u ',
  '?a=b&sig=',
  'Private-Lines: 9\nAAAA\n',
  '-----BEGIN RSA PRIVATE KEY-----\n',
  '"type" : ',
  '"kty""d":"',
  '"" + ',
  '"\n+',
  '\'`"',
  '\\',
  '%2',
  '\\u00',
  '\u200b',
  'a\0',
  'LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t',
  'QUFBQUFBQUFBQUFBQUFBQUFB\n',
  '61',
  'kind: Secret\ndata:\n  a: YWFhYWFh\n',
  '{"kind":"Secret","data":{',
  'a:5432:b:c:',
  'sc_abcde.abcd.acc-',
  'discord.M',
  'aws secret ',
  'hooks.slack.com/services/T',
])(
  '%j, over and over',
  async (piece) => {
    const startedMs = performance.now();
    await scanSecrets(fill(piece));
    // Generous, since the machine may be busy: what is guarded against takes minutes.
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  },
  60_000,
);
