import { forEachChild, type Assignment, type Redirection, type SyntaxNode } from 'unbash';
import type { Assigned, Redirected } from './simpleCommand.ts';
import { readWord, type Word } from './word.ts';

export function readAssignment(node: Assignment): Assigned {
  const value = node.value.type === 'Word' ? (readWord(node.value)[0] ?? null) : null;
  return { name: node.name, value };
}

export function assignedWord(node: Assignment): Word {
  const { value } = readAssignment(node);
  return {
    text: `${node.name}=${value?.text ?? ''}`,
    isDynamic: value?.isDynamic ?? true,
    isGlob: false,
    isHome: false,
  };
}

export function collectWords(node: SyntaxNode, found: (word: Extract<SyntaxNode, { type: 'Word' }>) => void): void {
  forEachChild(node, (child) => {
    if (child.type === 'Word') found(child);
    else collectWords(child, found);
  });
}

/** The files that redirections read and write, or why one of them cannot be understood. */
export function readRedirections(redirects: readonly Redirection[]): {
  readonly redirections: readonly Redirected[];
  readonly problem: string | null;
} {
  const redirections: Redirected[] = [];
  for (const item of redirects) {
    if (item.type === 'HereString') continue;
    if (item.type === 'HereDoc') {
      if (item.closing === undefined) return { redirections, problem: 'a here-document has no end' };
      continue;
    }
    if (item.target === undefined) return { redirections, problem: 'a redirection has no target' };
    const targets = readWord(item.target);
    const isDuplicate =
      item.operator.endsWith('&') && targets.every((word) => !word.isDynamic && /^(\d+-?|-)$/.test(word.text));
    if (isDuplicate) continue;
    const access = item.operator === '<' || item.operator === '<&' ? 'read' : 'write';
    redirections.push(...targets.map((target) => ({ access, target }) as const));
  }
  return { redirections, problem: null };
}

/** Whether a command's input comes from a file or a text instead of from where the shell's comes. */
export function hasOwnInput(redirects: readonly Redirection[]): boolean {
  return redirects.some((item) => item.type !== 'Redirect' || item.operator.startsWith('<'));
}

/** Whether assignments among a command's words set variables of the shell. */
export function isDeclaration(words: readonly Word[]): boolean {
  return /^(?:export|declare|typeset|local|readonly)$/.test(words[0]?.text ?? '');
}
