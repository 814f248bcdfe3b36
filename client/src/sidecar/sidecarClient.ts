import { LanguageClient, State, type LanguageClientOptions, type MessageTransports } from 'vscode-languageclient/node';

/** The library's client, but it tells how its process ended, and leaves it to us to tell people. */
export class SidecarClient extends LanguageClient {
  #exit: string | null = null;
  #lastWords = '';

  constructor(module: NonNullable<ConstructorParameters<typeof LanguageClient>[2]>, options: LanguageClientOptions) {
    super('loki', 'Loki', module, {
      ...options,
      stdioOptions: {
        stdout: (input, log) => void input.on('data', (text: Buffer) => log.info(text.toString().trimEnd())),
        stderr: (input, log) =>
          void input.on('data', (text: Buffer) => {
            const words = text.toString().trimEnd();
            if (words !== '') log.error(words);
            this.#lastWords = words.split('\n').findLast((line) => line.trim() !== '') ?? this.#lastWords;
          }),
      },
    });
  }

  /** How the process ended, with the last it said; null while it is not known. */
  get ending(): string | null {
    if (this.#exit === null) return null;
    return this.#lastWords === '' ? this.#exit : `${this.#exit}: ${this.#lastWords.slice(0, 200)}`;
  }

  // The library shows some errors as notifications of its own, in words for those who wrote it.
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** Stopping what does not run is no error. */
  override async stop(timeoutMs?: number): Promise<void> {
    if (this.state === State.Running) await super.stop(timeoutMs);
  }

  protected override async createMessageTransports(encoding: string): Promise<MessageTransports> {
    const transports = await super.createMessageTransports(encoding);
    this.serverProcess?.once('exit', (code, signal) => {
      this.#exit = signal === null ? `it ended with code ${code ?? '?'}` : `it was ended by ${signal}`;
    });
    return transports;
  }
}
