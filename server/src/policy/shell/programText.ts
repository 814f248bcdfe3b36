// Small languages that programs take on their command line, and that can write files or start programs themselves. Only
// what is plainly harmless passes; these are tests of harmlessness, not parsers.

export type ProgramAnswer = 'harmless' | 'doubtful' | 'harmful';

const sedAddress = String.raw`(?:\d+|\$|/(?:[^/\\\n]|\\.)*/I?)(?:~\d+)?`;
const sedCommand = String.raw`(?:[=dDgGhHnNpPxqQlz]|s(?<mark>[^\w\s\\])(?:(?!\k<mark>)[^\\\n]|\\.)*\k<mark>(?:(?!\k<mark>)[^\\\n]|\\.)*\k<mark>[gpiI\d]*|y/(?:[^/\\]|\\.)*/(?:[^/\\]|\\.)*/)`;
const sedStart = new RegExp(String.raw`^\s*(?:${sedAddress}(?:,\+?${sedAddress})?\s*!?\s*)?${sedCommand}\s*`);

/** `sed`: printing, deleting and substituting pass; `r R w W e` and their flags never do. */
export function judgeSed(script: string): ProgramAnswer {
  let rest = script;
  while (rest.trim() !== '') {
    const found = sedStart.exec(rest);
    const next = found === null ? undefined : rest.slice(found[0].length);
    if (next === undefined || !/^(?:$|[;\n}]|\s*$)/.test(next)) {
      return /(?:^|[;\n{}/$\d!|#,])\s*[gpiI\d]*[rRwWe](?:\s|$|[./~@])/.test(rest) ? 'harmful' : 'doubtful';
    }
    rest = next.replace(/^[;\n}\s]+/, '');
  }
  return 'harmless';
}

/** `awk`: computing and printing pass; files, pipes and commands never do. */
export function judgeAwk(program: string): ProgramAnswer {
  const code = program.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (
    /\b(?:system|getline|close|fflush|ARGV|ARGC|ENVIRON|SYMTAB|PROCINFO)\b|@|\|(?!\|)|>>|\bprintf?\b[^;}\n]*>/.test(
      code.replaceAll('||', '  '),
    )
  )
    return 'harmful';
  return /[^\w\s$"(){}[\];,.+\-*/%^!=<>&|~?:#\\']/.test(code) ? 'doubtful' : 'harmless';
}

/** `jq`: modules that it loads are files that do not appear as arguments. */
export function judgeJq(program: string): ProgramAnswer {
  return /\b(?:import|include)\b/.test(program) ? 'doubtful' : 'harmless';
}

/** Words that builtins evaluate as arithmetic or as names: an index in them may run a command. */
export function judgeArithmetic(text: string): ProgramAnswer {
  return /\$\(|`|\$\{.*@[PE]/.test(text) || /\w\[[^\]]*\$/.test(text) ? 'harmful' : 'harmless';
}

/** Modules of Python that are run as programs: those that test, check or print, as far as their names say. */
export function judgeModule(name: string): ProgramAnswer {
  return /^(?:pytest|unittest|doctest|json\.tool|mypy|ruff|black|flake8|pylint|isort|pyright|coverage|compileall|py_compile|tabnanny|timeit|this|tox|nox|build|sphinx|mkdocs)$/.test(
    name,
  )
    ? 'harmless'
    : 'doubtful';
}

/** Flags that a compiler hands on: some name other programs. */
export function judgeLinkerFlags(flags: string): ProgramAnswer {
  return /extld|extar|tool|plugin|\//.test(flags) ? 'doubtful' : 'harmless';
}
