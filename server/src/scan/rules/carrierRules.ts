import { isChosenPassword, isTemplate, isWeakPassword } from '../secretValue.ts';
import { high, medium, type SecretRule } from './secretRule.ts';

// Secrets known not by their own look but by what carries them: addresses, headers, files of credentials, options.

const isPassword = (secret: string): boolean => !isTemplate(secret) && !isWeakPassword(secret);

/** `user:password` in base64, as headers and registries carry it. */
function isBasicAuth(secret: string): boolean {
  const decoded = Buffer.from(secret, 'base64').toString('latin1');
  const at = decoded.indexOf(':');
  return at >= 0 && /^[\x20-\x7e]+$/.test(decoded) && isPassword(decoded.slice(at + 1));
}

const isSampleHost =
  /@(?:(?:[\w-]+\.)*example(?:\.(?:com|org|net))?|(?:host|hostname|server|domain|ip|db-?host)(?![\w-]))/i;
const isLocalHost = /@(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal)/i;

/** The password in an address; on this machine and for examples only one that nobody would type. */
function isAddressPassword(secret: string, match: string): boolean {
  if (!isPassword(secret) || isSampleHost.test(match)) return false;
  return !isLocalHost.test(match) || isChosenPassword(secret);
}

export const carrierRules: readonly SecretRule[] = [
  high('jwt', 'JSON web token', ['eyj'], /(?<![\w-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{16,2000}/g),
  medium(
    'private-jwk',
    'private JSON web key',
    ['"kty"'],
    /"(?:d|k|p|q|dp|dq|qi)"\s{0,4}:\s{0,4}"(?<secret>[\w-]{40,800})"/g,
    4,
  ),
  medium(
    'bearer-token',
    'bearer token',
    ['bearer '],
    /\bBearer (?<secret>(?=[\w.~+/-]{0,200}\d)[\w.~+/-]{24,2000}={0,2})/gi,
    3.8,
  ),
  medium(
    'basic-auth',
    'user and password in base64',
    ['basic '],
    /\bBasic (?<secret>[A-Za-z0-9+/]{12,400}={0,2})(?![\w+/=])/gi,
    {
      isReal: isBasicAuth,
    },
  ),
  medium(
    'registry-auth',
    'user and password in base64',
    ['auth"'],
    /"auth"\s{0,4}:\s{0,4}"(?<secret>[A-Za-z0-9+/]{12,400}={0,2})"/g,
    {
      isReal: isBasicAuth,
    },
  ),
  medium(
    'address-password',
    'password in an address',
    ['://'],
    /(?<=[a-z0-9]):\/\/[^\s:/?#@"'`<>|\\()]{0,100}:(?<secret>[^\s/"'`<>|\\]{3,200})@[\w.[%-][\w.-]{0,100}/gi,
    { isReal: isAddressPassword },
  ),
  medium(
    'connection-string-password',
    'password in a connection string',
    ['password', 'pwd'],
    /(?:Server|Data Source|Host|Address|Uid|User Id|User|Username|Database|Initial Catalog|Endpoint)\s?=[^\n"'`]{1,300}?;\s?(?:Password|Pwd)\s?=(?<secret>[^;"'`\s]{4,128})/gi,
    { isReal: isPassword },
  ),
  high(
    'netrc-password',
    'password in a netrc file',
    ['machine'],
    /\bmachine\s{1,20}[^\s]{1,100}\s{1,20}login\s{1,20}[^\s]{1,100}\s{1,20}password\s{1,20}(?<secret>[^\s]{4,200})/g,
    { isReal: isPassword },
  ),
  medium(
    'pgpass-password',
    'password in a pgpass file',
    [':5432:', ':*:'],
    /(?<=^|\n)[\w.*-]{1,100}:(?:\d{2,5}|\*):[\w*-]{1,63}:[\w*-]{1,63}:(?<secret>[^\s:]{6,128})(?=\s|$)/g,
    { isReal: isPassword },
  ),
  medium(
    'option-password',
    'password on a command line',
    ['-u', '--user', 'sshpass'],
    /(?:\bcurl\b[^\n|;&]{0,200}?\s(?:-u|--user)[ =]?["']?[^\s:"'/]{1,60}:|\bsshpass\s{1,4}-p\s?["']?)(?<secret>[^\s"'`]{6,100})/g,
    { isReal: isPassword },
  ),
  medium(
    'putty-key',
    'PuTTY private key',
    ['private-lines:'],
    /Private-Lines: \d{1,3}\r?\n(?<secret>(?:[A-Za-z0-9+/=]{4,64}\r?\n){2,100})/g,
  ),
];
