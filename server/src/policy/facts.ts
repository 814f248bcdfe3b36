import type { Phase } from '#protocol/phase';

/**
 * What the disk says about one path, found out by `gateway/resolve` before policy is asked: policy itself reads nothing.
 * `relative` uses forward slashes and is '' for the workspace itself.
 */
export type PathFacts =
  | {
      readonly kind: 'inside';
      /** After resolving the deepest existing ancestor through symbolic links. */
      readonly relative: string;
      /** As written, normalised, without following links. Rules are asked about both. */
      readonly lexical: string;
      readonly entry: 'file' | 'folder' | 'missing' | 'special';
      readonly hardLinks: number;
      /**
       * For wildcards what they match, for uses that work on whole folders what lies below; resolved, relative to the
       * workspace. Null when that is too much to list.
       */
      readonly below?: readonly string[] | null;
    }
  | { readonly kind: 'outside'; readonly real: string }
  | { readonly kind: 'invalid'; readonly reason: string };

/** What was found in a text that would be written or sent, by what the policies look for. */
export interface ContentFacts {
  /** Kinds of personal data, such as `email`; null where nothing here can look for them. */
  readonly personal: readonly string[] | null;
  /** The names of the policies' own patterns that occur in it. */
  readonly patterns: readonly string[];
}

/** What is known about the run in which an action happens. What nobody knows is null, and does not count as harmless. */
export interface RunFacts {
  readonly phase: Phase | null;
  /** Agents at work in this workspace, the one that acts included. */
  readonly activeAgents: number | null;
  /** For a model request: tokens that the task has used, and what this request may add at most. */
  readonly tokens: {
    readonly used: number;
    readonly worst: number;
    readonly granted: number;
    /** What a person has raised the tokens of the task to; left out or null where nobody has. */
    readonly raisedTo?: number | null;
  } | null;
  /** The gates that have passed on the very files that are there now. */
  readonly passedGates: readonly string[] | null;
  /** Kinds of content that a person has agreed to send to models in this run. */
  readonly agreedContent: readonly string[];
}

/** Somewhere that git may go for a remote. */
export interface RemoteRoute {
  /** For people, without a password. */
  readonly shown: string;
  /** It begins and ends on this machine. */
  readonly isNear: boolean;
}

/** Everywhere that git may go for a remote, by what the repository and its user have configured. */
export interface RemoteFacts {
  readonly pushes: readonly RemoteRoute[];
  readonly fetches: readonly RemoteRoute[];
}

/** Facts about one action. A path the action names but that has no facts here is denied. */
export interface Facts {
  /** By the path as the action wrote it; for a wildcard by `factKey`. */
  readonly paths: ReadonlyMap<string, PathFacts>;
  /** The rules of the secret scan that found something in what the action would write or send. */
  readonly secretRules: readonly string[];
  /** Whether that text carries a redaction marker, which must never reach a file. */
  readonly hasRedactionMarker: boolean;
  /** Missing where nobody has looked, which policies that look for something take for an objection. */
  readonly content?: ContentFacts;
  /** By the remote as the action wrote it, where residency asks; what is missing or null may lead anywhere. */
  readonly remotes?: ReadonlyMap<string, RemoteFacts | null>;
  readonly run?: RunFacts;
}
