import { chooseFolder } from '../chooseFolder.ts';
import type { Client, Command } from '../client.ts';

/** `Loki: Show Gates`: the page with what each gate found. */
export function showGates(client: Client): Command {
  return {
    id: 'loki.showGates',
    run: async () => {
      const folder = await chooseFolder(client);
      if (folder !== null) client.pages.showGates(folder);
    },
  };
}
