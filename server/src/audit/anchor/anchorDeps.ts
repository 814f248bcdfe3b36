import type { Clock } from '../../base/clock.ts';
import type { Checkpoint } from '../checkpoint/keyChain.ts';
import type { AuditRecord } from '../log.ts';
import type { CheckpointNotes } from './anchorRecord.ts';
import type { AnchorSettings } from './settings.ts';

/** The repository of the workspace, as far as anchors need it; git is started where git is at home. */
export interface NotesRepository {
  /**
   * Adds a line to the note of the commit that is checked out and pushes the notes. Resolves once the remote has
   * acknowledged them. `isNear`: nothing but this machine may be reached.
   */
  push(
    note: { readonly line: string; readonly remote: string; readonly isNear: boolean },
    signal: AbortSignal,
  ): Promise<PushedNote>;
}

export interface PushedNote {
  readonly commit: string;
  /** The address of the remote, without a password. */
  readonly address: string;
}

export interface AnchorDeps {
  /** The folder of the log. */
  readonly folder: string;
  readonly settings: AnchorSettings;
  readonly clock: Clock;
  /** Writes an entry about what came of an anchor. */
  readonly append: (record: AuditRecord) => Promise<unknown>;
  /** Null where the workspace is in no repository. */
  readonly notes: NotesRepository | null;
  /** Residency is air-gapped: nothing but this machine may be reached. */
  readonly isAirGapped: boolean;
}

/** A signed state that was found good, with the notes that say it. */
export interface StateToAnchor {
  readonly notes: CheckpointNotes;
  readonly checkpoint: Checkpoint;
}
