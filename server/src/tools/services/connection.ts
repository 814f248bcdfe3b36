import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolResultSchema, ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ListedTool } from './listing.ts';
import type { ToolAnswer } from './resultText.ts';

/** How long a server may take, in milliseconds. */
export interface ServiceTimes {
  readonly startMs: number;
  readonly callMs: number;
}

export interface Connection {
  listTools(signal: AbortSignal): Promise<readonly ListedTool[]>;
  /** Asks for one tool and answers with what came back; `isError` is the tool's own no. */
  callTool(
    tool: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ToolAnswer & { readonly isError: boolean }>;
  close(): Promise<void>;
}

const maxPages = 50;
/** More than are ever used: who lists so many is refused as a whole. */
const maxListed = 1000;

/**
 * Opens a connection to a server. It is told of no ability of ours: it can ask neither for a model's answer nor for a
 * person's, nor for our files. What it announces later changes nothing.
 */
export async function connect(transport: Transport, times: ServiceTimes, signal: AbortSignal): Promise<Connection> {
  const client = new Client({ name: 'loki', version: '1' }, { capabilities: {} });
  try {
    await client.connect(transport, { timeout: times.startMs, maxTotalTimeout: times.startMs, signal });
  } catch (error) {
    await transport.close().catch(() => undefined);
    throw error;
  }
  return {
    listTools: async (listSignal) => {
      const tools: ListedTool[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < maxPages; page += 1) {
        // Not the client's own `listTools`: it would compile schemas of a server that nobody has looked at yet.
        const answer = await client.request(
          { method: 'tools/list', params: cursor === undefined ? {} : { cursor } },
          ListToolsResultSchema,
          { timeout: times.startMs, maxTotalTimeout: times.startMs, signal: listSignal },
        );
        tools.push(...answer.tools);
        cursor = answer.nextCursor;
        if (cursor === undefined || tools.length > maxListed) return tools;
      }
      throw new Error('its list of tools does not end');
    },
    callTool: async (tool, args, callSignal) => {
      const answer = await client.request(
        { method: 'tools/call', params: { name: tool, arguments: { ...args } } },
        CallToolResultSchema,
        { timeout: times.callMs, maxTotalTimeout: times.callMs, signal: callSignal },
      );
      return { ...answer, isError: answer.isError === true };
    },
    close: async () => await transport.close(),
  };
}
