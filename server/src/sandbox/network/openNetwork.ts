import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { prepareForwarder, type Forwarder } from './forwarder.ts';
import type { NetworkRule } from './networkRule.ts';
import { openProxy } from './proxy.ts';

/** The way of one command to the hosts it may reach, for as long as it runs. */
export interface Network extends Forwarder {
  close(): Promise<void>;
}

const none: Network = { arguments: [], env: {}, startUp: [], close: async () => undefined };

/** Opens the proxy of one command and what leads to it, in its private `folder`; without a rule there is no network. */
export async function openNetwork(folder: string, rule: NetworkRule | null): Promise<Network> {
  if (rule === null) return none;
  const place = path.join(folder, 'network');
  await mkdir(place, { mode: 0o700 });
  const proxy = await openProxy(path.join(place, 'proxy.sock'), rule);
  try {
    return { ...(await prepareForwarder(place, rule)), close: async () => await proxy.close() };
  } catch (error) {
    await proxy.close();
    throw error;
  }
}
