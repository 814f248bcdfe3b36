/** How long a log was and what it ended in, as it was last seen in a place. */
export interface KnownHead {
  /** Real path of the audit folder. */
  readonly path: string;
  readonly logId: string;
  /** How many entries it had, and the hash of the last of them. */
  readonly size: number;
  readonly hash: string;
  /** How many of them a signed checkpoint covered; 0 for none. */
  readonly checkpointSize: number;
  /** Which folder the workspace was (`workspaceIdentity`): another one in the same place is another project. */
  readonly workspaceIdentity: string;
  readonly updatedAt: string;
}

/** A key that signed about a log, as a C2SP verifier key. */
export interface KnownKey {
  readonly logId: string;
  readonly epoch: number;
  readonly key: string;
}

/** What is known of the logs of a folder, apart from what the folder itself says. */
export interface KnownHeads {
  /** The identity of the workspace as it is now. */
  readonly workspaceIdentity: string;
  /** The logs that were seen in this folder, whatever the workspace was then; the latest first. */
  readonly here: readonly KnownHead[];
  /** Where else a log was seen; the latest first. */
  elsewhere(logId: string): readonly KnownHead[];
  /** The keys that signed about a log, by epoch. */
  keys(logId: string): readonly KnownKey[];
}
