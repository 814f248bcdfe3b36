import { parseNoteKey } from '../note/noteKey.ts';

// Where the state of a log is kept in other trust domains, as the configuration says. All of it is optional.

export interface AnchorSettings {
  /** A note in the repository, pushed to this remote. */
  readonly gitNote: { readonly remote: string } | null;
  readonly syslog: SyslogSettings | null;
  readonly witness: WitnessSettings | null;
  /** How often at most, in minutes. */
  readonly everyMinutes: number;
}

export interface SyslogSettings {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'udp' | 'tcp';
}

export interface WitnessSettings {
  /** The submission prefix (C2SP tlog-witness): requests go to `<url>/add-checkpoint`. */
  readonly url: string;
  /** The key of its cosignatures, as a C2SP verifier key. */
  readonly key: string;
}

export const noAnchors: AnchorSettings = { gitNote: null, syslog: null, witness: null, everyMinutes: 10 };

export function hasAnchors({ gitNote, syslog, witness }: AnchorSettings): boolean {
  return gitNote !== null || syslog !== null || witness !== null;
}

/** Whether a text is the key of a witness that signs with Ed25519. */
export function isWitnessKey(text: string): boolean {
  return parseNoteKey(text)?.kind === 'cosignature';
}
