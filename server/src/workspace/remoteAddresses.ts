import type { ConfigSetting } from './gitSettings.ts';

/** The addresses that git would use for a remote, in each direction. */
export interface RemoteAddresses {
  readonly pushes: readonly string[];
  readonly fetches: readonly string[];
}

/**
 * What git would make of a remote: of its name, or of an address written in its place, which may be the name of a remote
 * itself. Addresses are rewritten once, by the longest `insteadOf` that they begin with (`pushInsteadOf` for pushes to a
 * remote without a `pushurl`). Null for a name that stands for nothing. Pure.
 */
export function remoteAddresses(remote: string, settings: readonly ConfigSetting[]): RemoteAddresses | null {
  const configured = valuesOf(`remote.${remote}.url`, settings);
  const isName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(remote);
  if (configured.length === 0 && isName) return null;
  const urls = configured.length === 0 ? [remote] : configured;
  const pushUrls = valuesOf(`remote.${remote}.pushurl`, settings);
  const rewrite = (url: string): string => rewritten(url, 'insteadof', settings) ?? url;
  const fetches = urls.map(rewrite);
  if (pushUrls.length > 0) return { pushes: pushUrls.map(rewrite), fetches };
  // Also one that is rewritten into itself counts, and then it alone is pushed to.
  const pushes = urls.map((url) => rewritten(url, 'pushinsteadof', settings)).filter((url) => url !== null);
  return { pushes: pushes.length > 0 ? pushes : fetches, fetches };
}

/** The values of one setting; its name in the middle counts with upper and lower case. */
function valuesOf(key: string, settings: readonly ConfigSetting[]): readonly string[] {
  return settings.flatMap((setting) => (setting.key === key && setting.value !== '' ? [setting.value] : []));
}

/** An address after the longest beginning that is replaced in it; null where none is. */
function rewritten(
  url: string,
  member: 'insteadof' | 'pushinsteadof',
  settings: readonly ConfigSetting[],
): string | null {
  // Of two that are as long git takes the one whose base it met first.
  const bases = new Map<string, string[]>();
  for (const { key, value } of settings) {
    if (!key.startsWith('url.') || !key.endsWith(`.${member}`)) continue;
    const base = key.slice('url.'.length, -member.length - 1);
    bases.set(base, [...(bases.get(base) ?? []), value]);
  }
  let address: string | null = null;
  let longest = -1;
  for (const [base, beginnings] of bases) {
    for (const beginning of beginnings) {
      if (!url.startsWith(beginning) || beginning.length <= longest) continue;
      longest = beginning.length;
      address = base + url.slice(longest);
    }
  }
  return address;
}
