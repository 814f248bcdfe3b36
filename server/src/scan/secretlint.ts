import type { SecretMatch } from './secretScan.ts';
import { isPlaceholder } from './entropy.ts';

// secretlint with its recommended rules, loaded when something is first scanned: it takes 40 ms.

interface Secretlint {
  readonly scan: (text: string) => Promise<readonly SecretMatch[]>;
  readonly findsAnything: (text: string) => Promise<boolean>;
}

let loading: Promise<Secretlint> | null = null;

export async function secretlintSecrets(text: string): Promise<readonly SecretMatch[]> {
  return await (await (loading ??= load())).scan(text);
}

/** Whether any rule reports anything, be it real or not. Cheaper for one large text than for many small ones. */
export async function secretlintFindsAnything(text: string): Promise<boolean> {
  return await (await (loading ??= load())).findsAnything(text);
}

async function load(): Promise<Secretlint> {
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
  const scan: Secretlint['scan'] = async (text) => {
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
  return { scan, findsAnything: async (text) => (await lint(text)).length > 0 };
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
