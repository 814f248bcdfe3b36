import { CodeActionKind, type CodeAction, type CodeActionParams, type Diagnostic } from 'vscode-languageserver/node';
import * as z from 'zod/mini';

const reference = z.strictObject({ findingId: z.string(), runId: z.string(), workspace: z.string() });

/**
 * What can be done about a finding at its place. The client has the commands; both are given the finding's id, the run's
 * id and the workspace, in this order.
 */
export function findingActions({ context }: CodeActionParams): CodeAction[] {
  if (context.only !== undefined && !context.only.some((kind) => CodeActionKind.QuickFix.startsWith(kind))) return [];
  return context.diagnostics.filter(({ source }) => source === 'loki').flatMap(actionsFor);
}

function actionsFor(diagnostic: Diagnostic): CodeAction[] {
  const parsed = z.safeParse(reference, diagnostic.data);
  if (!parsed.success) return [];
  const { findingId, runId, workspace } = parsed.data;
  const action = (title: string, command: string): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    command: { title, command, arguments: [findingId, runId, workspace] },
  });
  return [action('Explain', 'loki.explainFinding'), action('Fix with Loki', 'loki.fixFinding')];
}
