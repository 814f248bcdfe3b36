import { chooseFolder } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';

/** `Loki: Show Cost`: the page with what was spent, on what, and how far it is to each limit. */
export function showCost(client: Client): Command {
  return {
    id: 'loki.showCost',
    run: async () => {
      const folder = await chooseFolder(client);
      if (folder !== null) client.pages.showCost(folder);
    },
  };
}
