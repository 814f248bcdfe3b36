import { sha256 } from '../base/digest.ts';
import type { ServiceTool } from '../tools/services/listing.ts';
import type { ServiceSettings } from '../tools/services/settings.ts';
import type { Confirmation } from '../config/config.ts';
import { unconfirmed } from '../config/trust.ts';

// Who an MCP server is: how it is started and what it says its tools do. A server that the user agreed to and that later
// describes itself differently ("rug pull") is another one, and is asked about again.

/** How a server's description of itself compares with what it was when it was last agreed to. */
export type ServiceIdentity =
  /** Never seen under this definition: agreeing to start it covers what it says first. */
  | { readonly kind: 'first'; readonly pins: readonly Confirmation[] }
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly tools: readonly ServiceTool[]; readonly pins: readonly Confirmation[] };

/** Compares what a server lists with what is remembered of it. Reads only. */
export async function identifyService(
  lokiHome: string,
  settings: ServiceSettings,
  tools: readonly ServiceTool[],
): Promise<ServiceIdentity> {
  const known = pin(settings, 'known', '');
  const pins = tools.map((tool) => pin(settings, tool.tool, tool.digest));
  const open = await unconfirmed(lokiHome, [known, ...pins]);
  if (open.includes(known)) return { kind: 'first', pins: [known, ...pins] };
  if (open.length === 0) return { kind: 'same' };
  return { kind: 'changed', tools: tools.filter((_, index) => open.some((item) => item === pins[index])), pins };
}

function pin({ name, definition }: ServiceSettings, tool: string, digest: string): Confirmation {
  const key = `mcp.${name}.${tool}`;
  return { key, value: digest, sha256: sha256(`${key}\n${definition}\n${digest}`) };
}
