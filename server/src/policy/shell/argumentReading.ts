import type { Access } from '../pathUse.ts';
import type { Word } from './word.ts';

/** What an invocation does with one of its words, as far as the table of tools tells. */
export interface WordUse {
  readonly word: Word;
  readonly access: Access;
  readonly isCertain: boolean;
  readonly isRecursive: boolean;
  readonly isFolder: boolean;
}

/** Something about an invocation that speaks against it. */
export interface Doubt {
  readonly decision: 'DENY' | 'REQUIRE_APPROVAL';
  readonly reason: string;
}

/** One invocation, read with what is known about its program. */
export interface ReadArguments {
  readonly uses: readonly WordUse[];
  readonly urls: readonly Word[];
  /** References that would be changed, as written. */
  readonly branches: readonly Word[];
  readonly refspecs: readonly Word[];
  readonly remotes: readonly Word[];
  readonly isForced: boolean;
  readonly deletesBranch: boolean;
  readonly everyBranch: boolean;
  readonly isPush: boolean;
  readonly doubts: readonly Doubt[];
  /** A folder that `git -C` moves to before anything else. */
  readonly folder: Word | null;
}
