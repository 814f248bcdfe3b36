// What Loki knows about programs: which words are paths and what is done with them, which options let a harmless program
// write elsewhere or start another one. Pure data and its types; `arguments.ts` reads command lines with it.

export type WordKind =
  /** An option without a value that changes nothing policy cares about. */
  | 'flag'
  /** Text: a pattern, a number, a name. */
  | 'text'
  /** A pattern given as an option, so that the first operand is no pattern. */
  | 'pattern'
  /** A file of patterns. */
  | 'patternFile'
  | 'read'
  | 'list'
  | 'write'
  | 'delete'
  /** A folder that is made or written into. */
  | 'folder'
  /** A program or module that is run. */
  | 'run'
  /** A path whose use depends on the program. */
  | 'unknown'
  /** `key=value`, where `if=` is read and `of=` written. */
  | 'keyed'
  /** Two values, the second of which is read. */
  | 'nameAndRead'
  | 'twoTexts'
  /** A revision, or `revision:path`. */
  | 'revision'
  /** A revision, or a path that is overwritten with what it was in one. */
  | 'restored'
  /** Flags handed on to a linker or compiler, which may name other programs. */
  | 'linkerFlags'
  /** A module of an interpreter that is run as a program. */
  | 'module'
  /** Everything below the paths is touched too. */
  | 'tree'
  /** The same, and links in it are followed wherever they lead. */
  | 'follows'
  /** A suffix that is glued to the option, if any (`sed -i.bak`). */
  | 'suffix'
  /** The paths it was given are deleted. */
  | 'deletes'
  | 'url'
  | 'branch'
  | 'refspec'
  | 'remote'
  | 'everyBranch'
  | 'forces'
  | 'deletesBranch'
  /** Runs a program, or writes or reads somewhere, that nobody sees in the command. */
  | 'refused'
  /** May be what is wanted, so a person looks. */
  | 'asks';

export interface Tool {
  /** What operands are, in order; the last one stands for all that follow. */
  readonly operands: readonly WordKind[];
  /** What the last operand is, when there are at least two: the target of a copy. */
  readonly last?: WordKind;
  /** Kinds by option; several spellings of one are separated by blanks. */
  readonly options?: Readonly<Record<string, WordKind>>;
  /** Long options have one dash (find, go, java). */
  readonly hasSingleDash?: boolean;
  /** It works on whole folders without being told. */
  readonly isRecursive?: boolean;
  /** The first word may be a bundle of options without a dash (tar). */
  readonly hasBareBundle?: boolean;
  /** A word with a plus in front is a command of its own (less, more). */
  readonly hasPlusCommands?: boolean;
  /** A word with an at sign in front is a file of more options (compilers). */
  readonly hasResponseFiles?: boolean;
  /** Nothing after its first operand is an option. */
  readonly stopsAtOperand?: boolean;
  /** Operands that look like `NAME=value` set something that nobody knows. */
  readonly asksAssignments?: boolean;
  /** A check of the first text operand, or of the value of a `pattern` option. */
  readonly program?: 'sed' | 'awk' | 'jq' | 'arithmetic';
  /** Why it is never judged harmless. */
  readonly refused?: string;
  readonly asks?: string;
}
