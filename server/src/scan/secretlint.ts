import type { SecretMatch } from './secretScan.ts';
import { isPlaceholder } from './entropy.ts';

// secretlint with its recommended rules, loaded when something is first scanned: it takes 40 ms.

type Scan = (text: string) => Promise<readonly SecretMatch[]>;

let loading: Promise<Scan> | null = null;

export async function secretlintSecrets(text: string): Promise<readonly SecretMatch[]> {
  loading ??= load();
  const scan = await loading;
  return await scan(text);
}

async function load(): Promise<Scan> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const preset = '@secretlint/secretlint-rule-preset-recommend';
  // Otherwise a comment `secretlint-disable`, which anyone may write, would switch the scan off.
  const rules = [{ id: '@secretlint/secretlint-rule-filter-comments', disabled: true }];
  const config = { rules: [{ id: preset, rule: creator, rules }] };
  return async (text) => {
    const result = await lintSource({
      source: { filePath: 'text', content: text, ext: '', contentType: 'text' },
      options: { config, noPhysicFilePath: true },
    });
    const matches: SecretMatch[] = [];
    for (const { ruleId, messageId, range } of result.messages) {
      const [start, end] = range;
      const rule = ruleId.replace('@secretlint/secretlint-rule-', '');
      if (end <= start || !isReal(rule, text.slice(start, end))) continue;
      const kind = messageId.toLowerCase().replaceAll('_', ' ');
      matches.push({ rule, kind, start, end, severity: weak.has(rule) ? 'medium' : 'high' });
    }
    return matches;
  };
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
