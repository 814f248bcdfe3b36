import { chooseFolder } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';

/** `Loki: Show Audit`: the page with every entry. */
export function showAudit(client: Client): Command {
  return {
    id: 'loki.showAudit',
    run: async () => {
      const folder = await chooseFolder(client);
      if (folder !== null) client.pages.showAudit(folder);
    },
  };
}
