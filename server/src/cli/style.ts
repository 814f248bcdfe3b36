/** The few colours of the terminal; all of them empty where colour is not wanted (NO_COLOR, no terminal). */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

export function styleFor(isTerminal: boolean, env: NodeJS.ProcessEnv): Style {
  const isWanted = env['FORCE_COLOR'] !== undefined ? env['FORCE_COLOR'] !== '0' : isTerminal && !env['NO_COLOR'];
  const paint = (on: number, off: number) => (text: string) => (isWanted ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { bold: paint(1, 22), dim: paint(2, 22), good: paint(32, 39), warn: paint(33, 39), bad: paint(31, 39) };
}
