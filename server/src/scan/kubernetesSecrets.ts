import { isPlaceholder } from './entropy.ts';
import type { SecretMatch } from './secretScan.ts';
import { isTemplate } from './secretValue.ts';

const manifest = /(?:^|[\n{,])[ \t+-]{0,20}["']?kind["']?[ \t]{0,4}:[ \t]{0,4}["']?Secret["']?(?=\s|,|\}|$)/;
const blockStart = /^(?<indent>[ +-]{0,20})(?<block>data|stringData):[ \t]{0,4}\r?$/;
const member =
  /^(?<indent>[ +-]{0,40})(?<name>[\w.-]{1,253}):[ \t]{1,4}["']?(?<value>[^\s"'#][^\s"']{3,})["']?[ \t]{0,4}\r?$/;
const jsonMember = /"(?<name>[\w.-]{1,253})"\s{0,4}:\s{0,4}"(?<value>[A-Za-z0-9+/]{8,}={0,2})"/g;

/** The values of a Kubernetes manifest of the kind Secret: base64 under `data`, plain under `stringData`. */
export function kubernetesSecrets(text: string): readonly SecretMatch[] {
  if (!manifest.test(text)) return [];
  const found = (start: number, value: string): SecretMatch => ({
    rule: 'kubernetes-secret',
    kind: 'value of a Kubernetes secret',
    start,
    end: start + value.length,
    severity: 'high',
  });
  const matches: SecretMatch[] = [];
  let block: { readonly indent: number; readonly isEncoded: boolean } | null = null;
  let lineStart = 0;
  for (const line of text.split('\n')) {
    const opening: RegExpExecArray | null = blockStart.exec(line);
    const inside = member.exec(line);
    if (opening !== null) {
      block = { indent: indentOf(opening), isEncoded: opening.groups?.['block'] === 'data' };
    } else if (block !== null && inside !== null && indentOf(inside) > block.indent) {
      const value = inside.groups?.['value'] ?? '';
      if (isSecret(value, block.isEncoded)) matches.push(found(lineStart + line.lastIndexOf(value), value));
    } else if (block !== null && line.trim() !== '' && line.search(/[^ +-]/) <= block.indent) block = null;
    lineStart += line.length + 1;
  }
  const jsonData = /"(?:data)"\s{0,4}:\s{0,4}\{[^{}]{0,100000}\}/.exec(text);
  for (const match of jsonData?.[0].matchAll(jsonMember) ?? []) {
    const value = match.groups?.['value'] ?? '';
    if (isSecret(value, true))
      matches.push(found((jsonData?.index ?? 0) + match.index + match[0].lastIndexOf(value), value));
  }
  return matches;
}

function indentOf(match: RegExpExecArray): number {
  return match.groups?.['indent']?.length ?? 0;
}

function isSecret(value: string, isEncoded: boolean): boolean {
  if (isTemplate(value)) return false;
  const plain = isEncoded ? Buffer.from(value, 'base64').toString('latin1').trim() : value;
  return plain.length >= 4 && !isPlaceholder(plain) && !isTemplate(plain);
}
