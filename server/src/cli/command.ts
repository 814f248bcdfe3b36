/** What a command of the `loki` program may use of the world around it. */
export interface CliContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadStream;
  /** Results. Whole lines or documents; flushed before the process ends. */
  readonly print: (text: string) => void;
  /** False once whoever read the results has left (`head`, a closed pager): what is printed from then on goes nowhere. */
  readonly hasReader?: () => boolean;
  /** Messages for people: progress, warnings, errors. */
  readonly tell: (text: string) => void;
  /** True when a person sits at a terminal: progress is drawn and questions may be asked. */
  readonly isInteractive: boolean;
  /** True where what is printed is read at a terminal: elsewhere colours would be letters in a file. */
  readonly printsToTerminal: boolean;
  /** Aborts on SIGINT, SIGTERM, SIGHUP and when the launcher goes away. */
  readonly signal: AbortSignal;
}

/** One command of the `loki` program. `run` gets what follows its name and returns the exit code. */
export interface CliCommand {
  readonly name: string;
  /** What is typed, one form a line; the options of every command are not repeated. */
  readonly usage: string;
  readonly summary: string;
  /** The command's own options, each with one short line. */
  readonly options: readonly (readonly [option: string, meaning: string])[];
  run(args: readonly string[], ctx: CliContext): Promise<number>;
}

/** The exit code of every command that fails (DESIGN section 9). */
export const exitFailed = 3;
