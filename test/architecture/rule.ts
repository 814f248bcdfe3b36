import { lineOf, type House, type SourceFile } from './house.ts';

/** One place that breaks a rule, in one sentence. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly says: string;
}

/** A small house that breaks one rule and no other. */
export interface Plant {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** What the maintainer must read in the sentence. */
  readonly says: string;
}

/** One rule of the architecture. A rule without a plant does not compile: nobody knows that it can fail. */
export interface Rule {
  readonly name: string;
  /** Why the rule is there: read by whoever has broken it. */
  readonly why: string;
  /** Files or folders of the real house that the rule is about. When one is gone the rule guards nothing. */
  readonly about: readonly [string, ...string[]];
  readonly find: (house: House) => readonly Violation[];
  readonly plants: readonly [Plant, ...Plant[]];
}

export function violation(file: SourceFile, at: { readonly start: number }, says: string): Violation {
  return { file: file.path, line: lineOf(file, at.start), says };
}

/** The sentence a maintainer reads. */
export function sentence(rule: Rule, { file, line, says }: Violation): string {
  return `${file}:${line} ${says}. Why the rule "${rule.name}" is there: ${rule.why}`;
}
