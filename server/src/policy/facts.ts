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

/** Facts about one action. A path the action names but that has no facts here is denied. */
export interface Facts {
  /** By the path as the action wrote it; for a wildcard by `factKey`. */
  readonly paths: ReadonlyMap<string, PathFacts>;
  /** The rules of the secret scan that found something in what the action would write or send. */
  readonly secretRules: readonly string[];
  /** Whether that text carries a redaction marker, which must never reach a file. */
  readonly hasRedactionMarker: boolean;
}
