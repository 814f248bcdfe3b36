import * as z from 'zod/mini';
import * as vscode from 'vscode';
import { keyList, keySet } from '#protocol/key';
import type { Client, Command } from '../client.ts';
import { forgetKey, rememberKey } from '../secrets.ts';
import { plainWords } from '../visible.ts';
import { capitalised, sentence } from '../words.ts';

const keyed = ['anthropic', 'openai', 'google', 'azure'];
const named = z.object({ provider: z.string() });

/** `Loki: Set Provider Key`: a password box, and the system's keychain. The key is never shown, logged or in an argument. */
export function setProviderKey(client: Client): Command {
  return {
    id: 'loki.setProviderKey',
    run: async (argument) => {
      const given = z.safeParse(named, argument);
      const provider = given.success ? given.data.provider : await askProviderName(client);
      if (provider === null) return;
      const key = await vscode.window.showInputBox({
        title: `Loki: Key for ${provider}`,
        prompt: 'It goes into the keychain of your system.',
        password: true,
        ignoreFocusOut: true,
        validateInput: (text) => (text.trim() === '' ? 'Paste the key here' : null),
      });
      if (key === undefined) return;
      await keep(client, provider, key.trim());
    },
  };
}

async function keep(client: Client, provider: string, key: string): Promise<void> {
  const answer = await client.sidecar.ask(keySet, { provider, key });
  if (answer.kind === 'kept') {
    // An older one must not come back when that is removed.
    await forgetKey(client, provider);
    const place = answer.place === 'keychain' ? 'in the keychain of your system' : 'for as long as this window is open';
    void vscode.window.showInformationMessage(`Loki: the key for ${provider} is kept ${place}`);
    refresh(client);
    return;
  }
  const words = `Loki: ${plainWords(answer.message)}`;
  if (answer.kind === 'refused') {
    void vscode.window.showErrorMessage(words, 'Show Log').then((chosen) => chosen && client.log.show(true));
    return;
  }
  const here = 'Keep It in VS Code';
  const detail = `${sentence(capitalised(answer.message))}\n\nVS Code can keep the key in its own encrypted storage instead and hand it to Loki each time it starts.`;
  const chosen = await vscode.window.showWarningMessage(
    'Loki: the keychain of this system cannot be used',
    { modal: true, detail },
    here,
  );
  if (chosen !== here) return;
  await rememberKey(client, provider, key);
  void vscode.window.showInformationMessage(`Loki: the key for ${provider} is kept in VS Code’s own secret storage`);
  refresh(client);
}

async function askProviderName({ sidecar, workspaces }: Client): Promise<string | null> {
  const items = Promise.all([sidecar.ask(keyList, {}), configuredProviders(workspaces)]).then(
    ([{ keys }, configured]) => {
      const names = [...new Set([...keyed, ...keys.map(({ provider }) => provider), ...configured])];
      return names.map((name) => {
        const place = keys.find(({ provider }) => provider === name)?.place;
        return { label: name, description: place === undefined ? 'no key yet' : `has a key (${place})` };
      });
    },
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Loki: Set Provider Key',
    placeHolder: 'Whose key? Local models need none.',
  });
  return picked?.label ?? null;
}

/** A gateway of one's own stands in the configuration of a folder. */
async function configuredProviders(workspaces: Client['workspaces']): Promise<readonly string[]> {
  const states = await Promise.all(
    workspaces.folders().map(async ({ uri }) => await workspaces.read(uri.fsPath).catch(() => null)),
  );
  return states.flatMap((state) =>
    (state?.providers ?? []).filter(({ isSimulated }) => !isSimulated).map(({ name }) => name),
  );
}

/** Which providers are ready may have changed. */
function refresh({ workspaces, log }: Client): void {
  for (const { uri } of workspaces.folders()) {
    workspaces.read(uri.fsPath).catch((error: unknown) => log.warn(String(error)));
  }
}
