import type { Connection } from '../sandbox/network/networkRule.ts';

/** Connections that are alike, and how many of them there were. */
export interface CountedConnection extends Connection {
  readonly count: number;
}

export interface ConnectionCount {
  add(connection: Connection): void;
  list(): readonly CountedConnection[];
}

/** More different ones than this are counted as one: a command cannot fill the record. */
const mostKept = 500;
const others: Connection = { host: '(other hosts)', port: 0, decision: 'DENY', address: null, reason: null };

/** Counts what a command's network was asked for. */
export function countConnections(): ConnectionCount {
  const counted = new Map<string, CountedConnection>();
  return {
    add: (connection) => {
      const key = JSON.stringify(connection);
      const isKept = counted.has(key) || counted.size < mostKept;
      const kept = isKept ? connection : { ...others, decision: connection.decision };
      const keptKey = isKept ? key : JSON.stringify(kept);
      counted.set(keptKey, { ...kept, count: (counted.get(keptKey)?.count ?? 0) + 1 });
    },
    list: () => [...counted.values()],
  };
}

/** What the network refused, for the agent, which would otherwise see only that its program failed. */
export function refusedInWords(connections: readonly CountedConnection[]): readonly string[] {
  const refused = connections.filter(({ decision }) => decision === 'DENY').slice(0, 5);
  return refused.map(
    ({ host, port, reason }) => `[the network refused ${host}:${port}: ${reason ?? 'it is not allowed'}]`,
  );
}
