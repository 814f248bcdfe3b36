import { canonicalJson, sha256 } from '../base/digest.ts';
import type { Confirmation } from './config.ts';
import type { ServiceSettings } from '../tools/services/settings.ts';
import type { ConfigDocument } from './schema.ts';
import type { Tier } from './tier.ts';

type ProviderSection = NonNullable<NonNullable<ConfigDocument['models']>['providers']>[string];

/**
 * What the project's file asks for that only the user may grant: where requests go, what they cost, what runs in a fresh
 * worktree, which hosts are reached, where alerts and the state of the audit log are sent. Confirmed once, by hash, so that a change asks again.
 */
export function confirmationsOf(tiers: readonly Tier[]): readonly Confirmation[] {
  return tiers
    .filter((tier) => tier.tier === 'project')
    .flatMap(({ values }) => [
      ...Object.entries(values.models?.providers ?? {}).flatMap(([name, provider]) => [
        ...confirmation(`models.providers.${name}.base_url`, provider.base_url),
        ...confirmation(`models.providers.${name}.region`, regionAt(provider)),
      ]),
      ...Object.entries(values.models?.prices ?? {}).flatMap(([model, price]) =>
        confirmation(`models.prices.${model}`, canonicalJson(price)),
      ),
      ...confirmation('workspace.setup', values.workspace?.setup),
      ...confirmation('scope.allowed_hosts', values.scope?.allowed_hosts?.toSorted().join(', ')),
      ...confirmation('cost.alerts.webhook', values.cost?.alerts?.webhook),
      ...['git_note', 'syslog', 'witness'].flatMap((name) =>
        confirmation(`audit.anchors.${name}`, anchorOf(values.audit?.anchors, name)),
      ),
    ]);
}

/** What starts one MCP server of the project, every value of it: agreed to once, and again after any change. */
export function serviceConfirmation({ name, launch, definition }: ServiceSettings): Confirmation {
  const values = Object.entries(launch.type === 'stdio' ? launch.env : launch.headers);
  const what = launch.type === 'stdio' ? quoted([launch.command, ...launch.args]) : launch.url;
  const where = launch.type === 'stdio' && launch.cwd !== '.' ? ` in ${launch.cwd}` : '';
  const given = values.length === 0 ? '' : ` with ${values.map(([key, value]) => `${key}=${value}`).join(' ')}`;
  return { key: `mcp.${name}`, value: `${what}${where}${given}`, sha256: sha256(`mcp.${name}\n${definition}`) };
}

/** Words of a command line, told apart. */
function quoted(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./${}-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

/** Agreed to for this very address: said of another one it is another claim. */
function regionAt({ region, base_url: address }: ProviderSection): string | undefined {
  return region === undefined || address === undefined ? region : `${region} (at ${address})`;
}

function anchorOf(anchors: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const anchor = anchors?.[name];
  return anchor === undefined ? undefined : canonicalJson(anchor);
}

function confirmation(key: string, value: string | undefined): Confirmation[] {
  return value === undefined || value === '' ? [] : [{ key, value, sha256: sha256(`${key}\n${value}`) }];
}
