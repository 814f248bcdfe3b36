import { canonicalJson, sha256 } from '../base/digest.ts';
import type { Confirmation } from './config.ts';
import type { Tier } from './tier.ts';

/**
 * What the project's file asks for that only the user may grant: where requests go, what they cost, what runs in a fresh
 * worktree, which hosts are reached, where the state of the audit log is sent. Confirmed once, by hash, so that a change asks again.
 */
export function confirmationsOf(tiers: readonly Tier[]): readonly Confirmation[] {
  return tiers
    .filter((tier) => tier.tier === 'project')
    .flatMap(({ values }) => [
      ...Object.entries(values.models?.providers ?? {}).flatMap(([name, provider]) => [
        ...confirmation(`models.providers.${name}.base_url`, provider.base_url),
        ...confirmation(`models.providers.${name}.region`, provider.region),
      ]),
      ...Object.entries(values.models?.prices ?? {}).flatMap(([model, price]) =>
        confirmation(`models.prices.${model}`, canonicalJson(price)),
      ),
      ...confirmation('workspace.setup', values.workspace?.setup),
      ...confirmation('scope.allowed_hosts', values.scope?.allowed_hosts?.toSorted().join(', ')),
      ...['git_note', 'syslog', 'witness'].flatMap((name) =>
        confirmation(`audit.anchors.${name}`, anchorOf(values.audit?.anchors, name)),
      ),
    ]);
}

function anchorOf(anchors: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const anchor = anchors?.[name];
  return anchor === undefined ? undefined : canonicalJson(anchor);
}

function confirmation(key: string, value: string | undefined): Confirmation[] {
  return value === undefined || value === '' ? [] : [{ key, value, sha256: sha256(`${key}\n${value}`) }];
}
