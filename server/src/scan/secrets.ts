import { ownSecrets } from './ownSecrets.ts';
import { scanTogether } from './scanTogether.ts';
import { secretlintFindsAnything, secretlintSecrets } from './secretlint.ts';
import type { SecretMatch } from './secretScan.ts';

/** Every secret in a text, in the order of the text; no two overlap. */
export async function scanSecrets(text: string): Promise<readonly SecretMatch[]> {
  return text.length < 8 ? [] : await together(text);
}

const together = scanTogether({
  scan: scanAlone,
  findsAnything: async (text) => ownSecrets(text).length > 0 || (await secretlintFindsAnything(text)),
  // One rule of secretlint takes a text for JSON as a whole.
  isWhole: (text) => /^\s*\{/.test(text),
});

async function scanAlone(text: string): Promise<readonly SecretMatch[]> {
  const own = [...ownSecrets(text)];
  const others: SecretMatch[] = [];
  for (const found of await secretlintSecrets(text)) {
    const at = own.findIndex((known) => known.start < found.end && found.start < known.end);
    const known = own[at];
    if (known === undefined) others.push(found);
    // Our own names are the more exact ones; what is hidden is what either of them found.
    else own[at] = { ...known, start: Math.min(known.start, found.start), end: Math.max(known.end, found.end) };
  }
  return withoutOverlap([...own, ...others]);
}

/** Where matches overlap, the first keeps its name and grows over the rest, so that nothing of a secret is left. */
export function withoutOverlap(matches: readonly SecretMatch[]): readonly SecretMatch[] {
  const sorted = [...matches].sort((a, b) => a.start - b.start || b.end - a.end);
  const result: SecretMatch[] = [];
  for (const match of sorted) {
    const last = result.at(-1);
    if (last === undefined || match.start >= last.end) result.push(match);
    else
      result[result.length - 1] = {
        ...strongerName(last, match),
        start: last.start,
        end: Math.max(last.end, match.end),
      };
  }
  return result;
}

function strongerName(a: SecretMatch, b: SecretMatch): SecretMatch {
  return a.severity === 'medium' && b.severity === 'high' ? b : a;
}
