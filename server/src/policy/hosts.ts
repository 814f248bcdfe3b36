import type { RuleAnswer } from '#protocol/policy';
import { invariant } from '../base/invariant.ts';
import { allow, ask, deny, listSource } from './answer.ts';
import type { EntryList, Policy, Residency, Scope } from './policy.ts';

/** What an address leads to, as a browser would read it, or why it is refused whatever scope says. */
export type ReadUrl =
  | { readonly kind: 'host'; readonly host: string; readonly port: string; readonly isLoopback: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

/** What scope says about fetching one address. A host that no list names is refused where a list is set, else asks. */
export function judgeUrl(url: string, policy: Policy, scopes: readonly Scope[]): readonly RuleAnswer[] {
  const refusal = refusalOfUrl(url, policy.residency);
  if (refusal !== null) return [refusal];
  const read = readUrl(url);
  invariant(read.kind === 'host', 'an address that is not refused can be read');
  const lists = listsOf(scopes);
  if (lists.length === 0) {
    return [
      ask({ rule: 'allowed-hosts', reason: 'no allowed_hosts are set', remedy: `add ${read.host} to allowed_hosts` }),
    ];
  }
  return lists.map((list) => judgeHost(read, list));
}

/** Why an address is reached by nobody here, whatever any list says; null where lists decide. */
export function refusalOfUrl(url: string, { isAirGapped }: Pick<Residency, 'isAirGapped'>): RuleAnswer | null {
  const read = readUrl(url);
  if (read.kind === 'refused') {
    return deny({ rule: 'address', reason: read.reason, remedy: 'use a plain http or https address' });
  }
  if (!isAirGapped || read.isLoopback) return null;
  return deny({
    rule: 'air-gapped',
    reason: 'nothing outside this machine is reached: air_gapped is on',
    remedy: 'set residency.air_gapped to false',
  });
}

/** What scope says about one connection that a command in the sandbox asks for. */
export type ConnectionAnswer =
  | { readonly kind: 'allowed'; readonly reach: 'public' | 'private' | 'loopback' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether any command of these scopes may have a network at all. */
export function hasAllowedHosts(policy: Policy, scopes: readonly Scope[]): boolean {
  const lists = listsOf(scopes);
  return lists.length > 0 && lists.every((list) => list.length > 0) && !policy.residency.isAirGapped;
}

/** Whether a list names this machine itself: its loopback can be reached only so. */
export function namesLoopback(scopes: readonly Scope[]): boolean {
  return listsOf(scopes).some((list) =>
    list.some(({ text }) => isLoopback(text.trim().toLowerCase().replace(/:\d+$/, ''))),
  );
}

/**
 * Decides one connection of a command. Nobody is there to ask, so what is not allowed is refused. An inner address is
 * within reach of a host that every list names in full, never of one that a wildcard covers.
 */
export function judgeConnection(
  host: string,
  port: number,
  policy: Policy,
  scopes: readonly Scope[],
): ConnectionAnswer {
  const read = readUrl(`https://${host}:${port}/`);
  if (read.kind === 'refused') return read;
  const worst = judgeUrl(`https://${host}:${port}/`, policy, scopes).find(({ decision }) => decision !== 'ALLOW');
  if (worst !== undefined) return { kind: 'refused', reason: worst.reason };
  if (read.isLoopback) return { kind: 'allowed', reach: 'loopback' };
  return { kind: 'allowed', reach: isNamedInAll(listsOf(scopes), read) ? 'private' : 'public' };
}

/**
 * Whether an address may lead to this machine or a private network: its host is named exactly, not by a wildcard, in
 * every list that is set. Where none is set a person has approved the address, and saw where it leads only if it says so.
 */
export function isHostNamed(url: string, policy: Policy, scopes: readonly Scope[]): boolean {
  const read = readUrl(url);
  if (read.kind === 'refused' || (policy.residency.isAirGapped && !read.isLoopback)) return false;
  const lists = listsOf(scopes);
  return lists.length === 0 ? read.isLoopback || isNumeric(read.host) : isNamedInAll(lists, read);
}

function listsOf(scopes: readonly Scope[]): readonly EntryList[] {
  return scopes.flatMap((scope) => scope.hosts);
}

/** Whether every list names a host itself; a wildcard names none. */
function isNamedInAll(lists: readonly EntryList[], read: Extract<ReadUrl, { kind: 'host' }>): boolean {
  return lists.every((list) => list.some(({ text }) => !text.includes('*') && matchesHost(text, read)));
}

function judgeHost(read: Extract<ReadUrl, { kind: 'host' }>, list: EntryList): RuleAnswer {
  const entry = list.find((candidate) => matchesHost(candidate.text, read));
  if (entry !== undefined) {
    return allow({ rule: 'allowed-hosts', reason: `${read.host} is in allowed_hosts`, source: entry.source });
  }
  return deny({
    rule: 'allowed-hosts',
    reason: `${read.host} is not in allowed_hosts`,
    remedy: `add ${read.host} to allowed_hosts`,
    source: listSource(list),
  });
}

/** `*.example.org` stands for the hosts below example.org, not for itself; an entry may name a port. */
function matchesHost(pattern: string, read: Extract<ReadUrl, { kind: 'host' }>): boolean {
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(pattern.trim().toLowerCase().replace(/\.$/, '')) ?? [];
  if (port !== undefined ? port !== read.port : !isUsualPort(read)) return false;
  const wanted = canonicalHost(name.startsWith('*.') ? name.slice(2) : name);
  return name.startsWith('*.') ? read.host.endsWith(`.${wanted}`) : read.host === wanted;
}

function isUsualPort(read: Extract<ReadUrl, { kind: 'host' }>): boolean {
  return read.port === '443' || read.port === '80' || read.isLoopback;
}

function canonicalHost(name: string): string {
  try {
    return new URL(`http://${name}/`).hostname.replace(/\.$/, '');
  } catch {
    return name;
  }
}

/** Reads an address; anything that two readers could take for different places is refused. */
export function readUrl(text: string): ReadUrl {
  const refused = (reason: string): ReadUrl => ({ kind: 'refused', reason });
  if (/[\s\p{Cc}\\]|\p{Default_Ignorable_Code_Point}/u.test(text)) {
    return refused('the address contains blanks, backslashes or characters that do not show');
  }
  if (!/^https?:\/\/[^/]/i.test(text)) return refused('the address does not start with http:// or https:// and a host');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return refused('the address cannot be read');
  }
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(text)) {
    return refused('the address carries a user name');
  }
  const host = url.hostname.replace(/\.$/, '');
  if (host === '') return refused('the address has no host');
  const written = (/^https?:\/\/([^/?#]*)/i.exec(text)?.[1] ?? '')
    .replace(/:\d*$/, '')
    .replace(/\.$/, '')
    .toLowerCase();
  // A number in disguise (0x7f.1, 2130706433), full-width letters: the host as written is not the host that is asked.
  const isDisguised = host !== written && (isNumeric(host) || /^\p{ASCII}*$/u.test(written));
  if (isDisguised) return refused('the host is written in a form that hides which one it is');
  if (isNeverReached(host)) return refused('the host is an internal address of this machine or its network');
  return {
    kind: 'host',
    host,
    port: url.port || (url.protocol === 'https:' ? '443' : '80'),
    isLoopback: isLoopback(host),
  };
}

function isNumeric(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.startsWith('[');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '[::1]';
}

/** Link-local and metadata addresses give away credentials of the machine; no list opens them. */
function isNeverReached(host: string): boolean {
  if (host.startsWith('169.254.') || host === '0.0.0.0' || host === '[::]') return true;
  if (/^\[(fe[89ab]|::ffff:|64:ff9b:|fd00:ec2:)/i.test(host)) return true;
  return (
    /^(metadata\.google\.internal|metadata|instance-data)$/i.test(host) || host.endsWith('.metadata.google.internal')
  );
}
