import type { SecretMatch } from './secretScan.ts';
import { isPlaceholder } from './entropy.ts';
import { hintFinder } from './hints.ts';

// secretlint with its recommended rules, loaded when something is first scanned: it takes 40 ms.

interface Secretlint {
  readonly scan: (text: string) => Promise<readonly SecretMatch[]>;
  readonly findsAnything: (text: string) => Promise<boolean>;
}

/** One of these is in every text that a rule of secretlint finds anything in which our own rules do not find. */
const findHints = hintFinder([
  'secret_access',
  'secretaccess',
  'private_key',
  'private key',
  'npm_',
  '_authtoken',
  'x-oauth',
  't3blbkfj',
  'sk-ant-',
  'gsk_',
  'hf_',
  'lin_api_',
  'ntn_',
  'shppa_',
  'shpca_',
  'shpat_',
  'shpss_',
  'sk_live',
  'sk_test',
  'rk_live',
  'rk_test',
  'glpat-',
  'glc_',
  'glsa_',
  'ops_ey',
  'mongodb',
  'mysql://',
  'mysqlx://',
  'postgres://',
  'postgresql://',
  'hvs.',
  'hvb.',
  'hvr.',
  'vcp_',
  'vci_',
  'vca_',
  'vcr_',
  'vck_',
  'dapi',
  'dckr_pat_',
  'figd_',
  'cfk_',
  'cfut_',
  'cfat_',
  'tskey-',
]);
const hasUserInAddress = /:\/\/[^\s/@]{1,600}@/;

/** Whether a rule could report anything: asking costs a small part of what the rules do. */
function isWorthAsking(text: string): boolean {
  return findHints(text).size > 0 || hasUserInAddress.test(text);
}

const unused = [
  // A comment `secretlint-disable`, which anyone may write, would switch the scan off.
  'filter-comments',
  // Our own rules find as much, and do not take a minute for a text that is made to slow them down.
  'github',
  'slack',
  'sendgrid',
];

let loading: Promise<Secretlint> | null = null;

export async function secretlintSecrets(text: string): Promise<readonly SecretMatch[]> {
  if (!isWorthAsking(text)) return [];
  return await (await (loading ??= load())).scan(text);
}

/** Whether any rule reports anything, be it real or not. Cheaper for one large text than for many small ones. */
export async function secretlintFindsAnything(text: string): Promise<boolean> {
  return isWorthAsking(text) && (await (await (loading ??= load())).findsAnything(text));
}

async function load(): Promise<Secretlint> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const preset = '@secretlint/secretlint-rule-preset-recommend';
  const rules = unused.map((rule) => ({ id: `@secretlint/secretlint-rule-${rule}`, disabled: true }));
  const config = { rules: [{ id: preset, rule: creator, rules }] };
  const lint = async (text: string) => {
    // A byte order mark would be cut off, and every place be wrong by one.
    const content = text.replace(/^\ufeff/, ' ');
    const source = { filePath: 'text', content, ext: '', contentType: 'text' } as const;
    return (await lintSource({ source, options: { config, noPhysicFilePath: true } })).messages;
  };
  const scan: Secretlint['scan'] = async (text) => {
    const matches: SecretMatch[] = [];
    for (const { ruleId, messageId, range } of await lint(text)) {
      const [start, end] = range;
      const rule = ruleId.replace('@secretlint/secretlint-rule-', '');
      // Our own rule says where it stands; this one does not.
      if (messageId === 'Npmrc_authToken') continue;
      if (end <= start || !isReal(rule, text.slice(start, end))) continue;
      const kind = messageId.toLowerCase().replaceAll('_', ' ');
      matches.push({ rule, kind, start, end, severity: weak.has(rule) ? 'medium' : 'high' });
    }
    return matches;
  };
  return { scan, findsAnything: async (text) => (await lint(text)).length > 0 };
}

/** Rules that find a user and password in an address, which documentation and tests are full of. */
const weak = new Set(['basicauth', 'database-connection-string']);

function isReal(rule: string, found: string): boolean {
  if (isPlaceholder(found)) return false;
  if (!weak.has(rule)) return true;
  const isSample = /@(?:localhost|127\.0\.0\.1|\[::1\]|(?:[\w-]+\.)*example\.(?:com|org|net)|host)\b/i.test(found);
  return !isSample && !/:(?:pass(?:word)?|pwd|secret|postgres|root|admin|test|user|mysql|guest)@/i.test(found);
}
