import { providerTable } from './providerTable.ts';

/** The hosts that are the known providers themselves, as policy takes them. */
export const ownHosts = providerTable.flatMap(({ name, hosts }) =>
  hosts.map((host) => ({ provider: name, host, tier: 'default' as const })),
);
