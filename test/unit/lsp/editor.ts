import {
  createProtocolConnection,
  type MessageReader,
  type MessageWriter,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import type * as z from 'zod/mini';
import type { ApprovalRequest } from '#protocol/approval';
import type { RequestMessage } from '#protocol/message';
import { runChanged, type NumberedEvent } from '#protocol/task';
import { questionAsk } from '#protocol/approval';

/** The client's end of a connection, as a test sees it: what is asked, and all that it was told. */
export interface Editor {
  readonly connection: ProtocolConnection;
  /** Asks, and holds the answer against the contract. */
  ask<P extends z.ZodMiniType, R extends z.ZodMiniType>(
    message: RequestMessage<P, R>,
    params: z.input<P>,
  ): Promise<z.output<R>>;
  /** What was told about runs, each notification held against the contract. */
  readonly changes: z.output<typeof runChanged.params>[];
  readonly diagnostics: Map<string, PublishDiagnosticsParams['diagnostics']>;
  readonly logged: string[];
  /** Resolves with the first answer that is not undefined: looked for now and after everything that is told. */
  until<T>(find: () => T | undefined): Promise<T>;
  eventsOf(runId: string): readonly NumberedEvent[];
  openApprovals(): readonly ApprovalRequest[];
  initialize(workspace: string, isTrusted?: boolean): Promise<void>;
  /** Answers the questions that are asked in words. */
  reply: (question: string, kind: string) => string | null;
}

export function openEditor(reader: MessageReader, writer: MessageWriter): Editor {
  const connection = createProtocolConnection(reader, writer);
  const looks = new Set<() => void>();
  const look = (): void => {
    for (const one of looks) one();
  };
  const editor: Editor = {
    connection,
    changes: [],
    diagnostics: new Map(),
    logged: [],
    ask: async ({ method, result }, params) => {
      const answer: unknown = await connection.sendRequest(method, params);
      return result.parse(answer);
    },
    until: async (find) =>
      await new Promise((resolve) => {
        const one = (): void => {
          const found = find();
          if (found === undefined) return;
          looks.delete(one);
          resolve(found);
        };
        looks.add(one);
        one();
      }),
    eventsOf: (runId) =>
      editor.changes.filter(({ summary }) => summary.runId === runId).flatMap(({ events }) => events),
    openApprovals: () => editor.changes.at(-1)?.approvals ?? [],
    initialize: async (workspace, isTrusted = true) => {
      await connection.sendRequest('initialize', {
        processId: process.pid,
        rootUri: null,
        capabilities: {},
        initializationOptions: { isTrusted },
        workspaceFolders: [{ uri: `file://${workspace}`, name: 'x' }],
      });
      await connection.sendNotification('initialized', {});
    },
    reply: () => null,
  };
  connection.onNotification(runChanged.method, (params: unknown) => {
    editor.changes.push(runChanged.params.parse(params));
    look();
  });
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    editor.diagnostics.set(params.uri, params.diagnostics);
    look();
  });
  connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
    editor.logged.push(message);
    look();
  });
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest(questionAsk.method, (params: unknown) => {
    const { question, kind } = questionAsk.params.parse(params);
    return { answer: editor.reply(question, kind) };
  });
  connection.listen();
  return editor;
}
