import { plainWord, type Word } from './word.ts';

/** Stands for what fills a variable without being a command: a loop, a coprocess, a redirection that picks a number. */
export const fillsVariable = 'for';

/** Options of the builtins below that take the next word as their value. */
const valued: Readonly<Record<string, RegExp>> = {
  read: /^-[a-zA-Z]*[adinNptu]$/,
  mapfile: /^-[a-zA-Z]*[dnOsuCc]$/,
  readarray: /^-[a-zA-Z]*[dnOsuCc]$/,
};

/** The variables that a command fills with what only the run can tell. An array option of `read` names one as well. */
export function filledVariables(words: readonly Word[]): readonly Word[] {
  const [program, ...args] = words;
  switch (program?.text) {
    case 'builtin':
    case 'command':
      return filledVariables(args);
    case fillsVariable:
      return args.slice(0, 1);
    case 'read':
    case 'mapfile':
    case 'readarray':
      return [...operandsOf(args, valued[program.text]), ...valuesOf(args, /^-[a-zA-Z]*a$/)];
    case 'getopts':
      return args.slice(1, 2);
    case 'printf':
      return valuesOf(args, /^-v/);
    case 'wait':
      return valuesOf(args, /^-[a-zA-Z]*p/);
    case 'export':
    case 'declare':
    case 'typeset':
    case 'local':
    case 'readonly':
      // A name alone gives another meaning to what is there: `export -n PATH`, `declare -n r`.
      return args.some((word) => /^[-+][a-zA-Z]*[npf]/.test(word.text)) ? operandsOf(args, undefined).map(nameOf) : [];
    default:
      return [];
  }
}

function nameOf(word: Word): Word {
  return { ...word, text: word.text.split('=')[0] ?? '' };
}

function operandsOf(args: readonly Word[], takesNext: RegExp | undefined): readonly Word[] {
  return args.filter((word, index) => {
    const before = args[index - 1]?.text ?? '';
    return !/^[-+]/.test(word.text) && !(takesNext !== undefined && takesNext.test(before));
  });
}

/** The values of an option, glued to it or in the next word. */
function valuesOf(args: readonly Word[], option: RegExp): readonly Word[] {
  return args.flatMap((word, index) => {
    if (!option.test(word.text)) return [];
    const glued = word.text.replace(/^-[a-zA-Z]/, '');
    const next = args[index + 1];
    return [...(glued === '' ? [] : [plainWord(glued)]), ...(next === undefined ? [] : [next])];
  });
}
