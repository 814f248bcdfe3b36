/** How far the addresses behind an allowed host may lie: only a host that scope names itself may be an inner one. */
export type Reach = 'public' | 'private' | 'loopback';

export type HostAnswer =
  { readonly kind: 'allowed'; readonly reach: Reach } | { readonly kind: 'refused'; readonly reason: string };

/** One attempt of a command to reach a host, and what became of it. Attempts that are alike are counted together. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly decision: 'ALLOW' | 'DENY';
  /** The address that was checked and connected to; null where none was. */
  readonly address: string | null;
  readonly reason: string | null;
}

/** What the proxy asks about each connection, and tells about it. Without one a command has no network at all. */
export interface NetworkRule {
  /** Whether services of this very machine are among the allowed hosts. */
  readonly reachesLoopback: boolean;
  judge(host: string, port: number): HostAnswer;
  record(connection: Connection): void;
}
