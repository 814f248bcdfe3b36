import type { RunEvent } from '#protocol/run';
import type { KeyVault } from '../audit/keys/signingKeys.ts';
import type { Clock } from '../base/clock.ts';
import type { Approver } from '../gateway/approver.ts';
import type { EditorModels } from '../models/editorModels.ts';
import type { RunRecord } from './runRecord.ts';

/** What a composition root gives to runs: the world they live in. The terminal and the editor give the same. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly lokiHome: string;
  /** The bundled scenarios and the sample project. */
  readonly assetsFolder: string;
  /** The bundled agents. */
  readonly rosterFolder: string;
  readonly clock: Clock;
  /** Who acts, as recorded: `os:<login>`. Not authenticated. */
  readonly person: string;
  /** Pause before each piece of what the scripted model says, so that people can follow. */
  readonly demoPaceMs: number;
  /** The system's keychain, for the keys that sign the audit log; without it they are kept in a file. */
  readonly keyVault?: KeyVault | null;
  /** A provider's key from where the edge keeps keys; null where it has none, and then the environment counts. */
  readonly keyOf?: (provider: string) => Promise<string | null>;
  /** How often a key of a provider was removed since this process began; see `ProviderKeys`. */
  readonly removalsOf?: (provider: string) => number;
  /** The models that the editor has; none at a terminal. */
  readonly editor?: EditorModels;
}

/** Who watches a run and answers for it. */
export interface Audience {
  readonly approver: Approver;
  readonly tell: (event: RunEvent) => void;
  /** Told once the run has its lease, its state on disk and its first entry: from here on it has an id and will end. */
  readonly opened?: (record: RunRecord) => void;
}

/** A task as a person asks for it. */
export interface StartRequest {
  readonly workspace: string;
  readonly task: string;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly profile?: string | undefined;
  readonly includeChanges: boolean;
  /** What the project's configuration asks for counts as confirmed (`--trust`). */
  readonly isTrusted: boolean;
  /** What the demo provider plays: the name of a bundled scenario, or a file. */
  readonly scenario?: string | undefined;
}
