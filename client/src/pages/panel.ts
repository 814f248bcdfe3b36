import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import * as vscode from 'vscode';
import type { ToAuditPage, ToCostPage, ToGatesPage, ToTaskPage } from '#protocol/page';
import { problemOf } from '../sidecar/rpc.ts';

export type PageName = 'task' | 'audit' | 'gates' | 'cost';

export interface PageOptions<In extends z.ZodMiniType> {
  readonly name: PageName;
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** What the page may say; everything else is dropped. */
  readonly incoming: In;
  readonly take: (message: z.output<In>) => Promise<void> | void;
}

/** Only the bundles of pages can be loaded from here. */
export function panelOptions(extensionUri: vscode.Uri): vscode.WebviewPanelOptions & vscode.WebviewOptions {
  return {
    enableScripts: true,
    enableCommandUris: false,
    // A hidden page is thrown away and asks for a snapshot when it is shown again; what it kept, it keeps itself.
    retainContextWhenHidden: false,
    enableFindWidget: true,
    localResourceRoots: [pagesFolder(extensionUri)],
  };
}

/** Fills a panel with a page and listens to it. What the page says is untrusted: it is parsed before anything looks at it. */
export function fillPanel<In extends z.ZodMiniType>(
  panel: vscode.WebviewPanel,
  { name, extensionUri, log, incoming, take }: PageOptions<In>,
): void {
  const { webview } = panel;
  webview.options = panelOptions(extensionUri);
  const icon = (theme: 'light' | 'dark'): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', `icon-${theme}.svg`);
  panel.iconPath = { light: icon('light'), dark: icon('dark') };
  webview.onDidReceiveMessage(async (message: unknown) => {
    const parsed = z.safeParse(incoming, message);
    if (!parsed.success) {
      log.warn(`Dropped a message of the ${name} page that does not fit: ${problemOf(parsed.error)}`);
      return;
    }
    try {
      await take(parsed.data);
    } catch (error) {
      log.error(
        `The ${name} page asked for something that failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  });
  webview.html = htmlOf(webview, name, extensionUri);
}

/** Tells the page something; one that is hidden asks for everything when it is shown again. */
export async function postTo(
  panel: vscode.WebviewPanel,
  message: ToTaskPage | ToAuditPage | ToGatesPage | ToCostPage,
): Promise<void> {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- The editor's own channel has no origin.
  if (panel.visible) await panel.webview.postMessage(message);
}

function htmlOf(webview: vscode.Webview, name: PageName, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(18).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(pagesFolder(extensionUri), `${name}.js`));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Loki ${name}</title>
</head>
<body>
<script nonce="${nonce}" src="${script.toString()}"></script>
</body>
</html>`;
}

function pagesFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'pages');
}
