import type { SecretMatch } from './secretScan.ts';
import { isPlaceholder } from './entropy.ts';
import { scanTogether, type ScanText } from './scanTogether.ts';

// secretlint with its recommended rules, loaded when something is first scanned: it takes 40 ms.

let loading: Promise<ScanText> | null = null;

export async function secretlintSecrets(text: string): Promise<readonly SecretMatch[]> {
  loading ??= load();
  const scan = await loading;
  return await scan(text);
}

async function load(): Promise<ScanText> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const preset = '@secretlint/secretlint-rule-preset-recommend';
  // Otherwise a comment `secretlint-disable`, which anyone may write, would switch the scan off.
  const rules = [{ id: '@secretlint/secretlint-rule-filter-comments', disabled: true }];
  const config = { rules: [{ id: preset, rule: creator, rules }] };
  const lint = async (content: string) => {
    const source = { filePath: 'text', content, ext: '', contentType: 'text' } as const;
    return (await lintSource({ source, options: { config, noPhysicFilePath: true } })).messages;
  };
  const scan: ScanText = async (text) => {
    const matches: SecretMatch[] = [];
    for (const { ruleId, messageId, range } of await lint(text)) {
      const [start, end] = range;
      const rule = ruleId.replace('@secretlint/secretlint-rule-', '');
      if (end <= start || !isReal(rule, text.slice(start, end))) continue;
      const kind = messageId.toLowerCase().replaceAll('_', ' ');
      matches.push({ rule, kind, start, end, severity: weak.has(rule) ? 'medium' : 'high' });
    }
    return matches;
  };
  // One rule takes a text for JSON as a whole.
  return scanTogether(
    scan,
    async (text) => (await lint(text)).length > 0,
    (text) => /^\s*\{/.test(text),
  );
}

/** Rules that find a user and password in an address, which documentation and tests are full of. */
const weak = new Set(['basicauth', 'database-connection-string']);

function isReal(rule: string, found: string): boolean {
  if (isPlaceholder(found)) return false;
  if (rule === 'slack') return /\d{6,}-[A-Za-z0-9-]{16,}|\/[A-Za-z0-9]{18,}/.test(found);
  if (!weak.has(rule)) return true;
  const isSample = /@(?:localhost|127\.0\.0\.1|\[::1\]|(?:[\w-]+\.)*example\.(?:com|org|net)|host)\b/i.test(found);
  return !isSample && !/:(?:pass(?:word)?|pwd|secret|postgres|root|admin|test|user|mysql|guest)@/i.test(found);
}
