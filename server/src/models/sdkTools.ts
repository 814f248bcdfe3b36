import { jsonSchema, tool, type Tool, type ToolSet } from 'ai';
import type { ToolDeclaration } from './conversation.ts';

/** The tools as the SDK declares them, without `execute`: it can run nothing, it only hands over what is proposed. */
export function sdkTools(declarations: readonly ToolDeclaration[]): ToolSet {
  // Without a prototype: a model that calls `constructor` must not find one.
  const tools: Record<string, Tool> = Object.create(null);
  for (const { name, description, inputSchema } of declarations) {
    tools[name] = tool({ description, inputSchema: jsonSchema(inputSchema) });
  }
  return tools;
}
