import type { Connection } from 'vscode-languageserver/node';
import { redactSync } from '../scan/redact.ts';
import { sendQuietly } from './sendQuietly.ts';

/** Where the sidecar says what it does, for people who look for the reason of something. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
  /** `error` is told with its stack: a log is read by people who mend things, an answer is not. */
  error(text: string, error?: unknown): void;
}

/** The editor's log channel. No secret gets into it: every text is redacted here, whoever wrote it. */
export function editorLog(connection: Pick<Connection, 'console'>): Log {
  const { console: channel } = connection;
  return {
    info: (text) => sendQuietly(() => channel.info(redactSync(text))),
    warn: (text) => sendQuietly(() => channel.warn(redactSync(text))),
    error: (text, error) =>
      sendQuietly(() => channel.error(redactSync(error === undefined ? text : `${text}: ${inWords(error)}`))),
  };
}

function inWords(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
