import type { Client, Command } from '../client.ts';

/** `Loki: Show Log`. */
export function showLog({ log }: Client): Command {
  return { id: 'loki.showLog', run: () => log.show(true) };
}
