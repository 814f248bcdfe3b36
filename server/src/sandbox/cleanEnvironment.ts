/** The environment of every command starts from nothing: these few harmless names are taken over when they are set. */
const takenOver = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'CI'];

/** What a command may see of Loki's own environment. Keys, tokens and addresses of agents never pass. */
export function cleanEnvironment(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  // Without the last, tests in Python leave `__pycache__` beside the sources, in a run as in the user's own checkout.
  const clean: Record<string, string> = { LANG: 'C.UTF-8', TERM: 'dumb', PYTHONDONTWRITEBYTECODE: '1' };
  for (const name of takenOver) {
    const value = env[name];
    if (value !== undefined && value !== '') clean[name] = value;
  }
  return clean;
}

/**
 * What is wrong with the variables an action sets, or null. A name or value that carries a NUL or an equals sign in
 * the wrong place would become an argument or a variable of its own.
 */
export function problemWithVariables(variables: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      return `${JSON.stringify(name)} is no name of an environment variable; use letters, digits and underscores`;
    }
    if (value.includes('\0')) return `the environment variable ${name} contains a NUL character; leave it out`;
  }
  return null;
}
