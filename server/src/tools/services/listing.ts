import { digestOf } from '../../base/digest.ts';
import { visibleLine } from '#protocol/visible';
import type { Tool } from '../catalog.ts';
import { compileCheck } from './schemaCheck.ts';
import { cutText, hasUnseen, shownText } from './shownText.ts';

/** A tool as its server lists it; what it says is untrusted. */
export interface ListedTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** A tool of an MCP server as agents see it. */
export interface ServiceTool extends Tool {
  readonly server: string;
  /** The server's own name for it. */
  readonly tool: string;
  /** SHA-256 of name, description and schema as the server gave them. */
  readonly digest: string;
}

/** What a server offers, judged: tools that can be offered on, and in words why others are not. */
export interface Listing {
  readonly tools: readonly ServiceTool[];
  readonly problems: readonly string[];
  /** SHA-256 over all that was listed, used or not. */
  readonly digest: string;
}

const maxTools = 500;
const maxSchemaCharacters = 64 * 1024;
const maxDescription = 2000;
/** What providers take as the name of a tool. */
const maxName = 64;

/** Judges what a server lists. Names that could be taken for one another, hidden text in names and odd schemas are refused. */
export function readListing(server: string, listed: readonly ListedTool[]): Listing {
  const digest = digestOf([...listed].sort((a, b) => (a.name < b.name ? -1 : 1)).map(said));
  if (listed.length > maxTools) {
    return { tools: [], problems: [`it lists ${listed.length} tools; ${maxTools} are the most`], digest };
  }
  const alike = Map.groupBy(listed, ({ name }) => confusable(name));
  const tools: ServiceTool[] = [];
  const problems: string[] = [];
  for (const tool of listed) {
    const twins = alike.get(confusable(tool.name)) ?? [];
    const read = twins.length > 1 ? 'another tool has the same name or one that looks like it' : readTool(server, tool);
    if (typeof read === 'string')
      problems.push(`its tool ${visibleLine(`"${shownText(tool.name)}"`, 80)} is not used: ${read}`);
    else tools.push(read);
  }
  return { tools, problems: [...new Set(problems)], digest };
}

function said({ name, description, inputSchema }: ListedTool): unknown {
  return { name, description: description ?? null, inputSchema };
}

/** One spelling for names that a person, or a provider's rules for names, could take for one another. */
function confusable(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '_')
    .replaceAll(/[1il]/g, 'l')
    .replaceAll('0', 'o');
}

function readTool(server: string, listed: ListedTool): ServiceTool | string {
  const { name, description = '', inputSchema } = listed;
  if (!/^[A-Za-z0-9][A-Za-z0-9_./-]*$/.test(name)) return 'its name is not plain';
  const offeredAs = `mcp__${server}__${name.replaceAll(/[./]/g, '_')}`;
  if (offeredAs.length > maxName) return `its name is too long (${offeredAs.length} characters as ${offeredAs})`;
  if (JSON.stringify(inputSchema).length > maxSchemaCharacters) return 'its schema is too long';
  const schema = shownSchema(inputSchema, 0);
  if (schema === null) return 'its schema has hidden characters or is nested too deeply';
  const check = compileCheck(inputSchema);
  if (typeof check !== 'function') return `its schema cannot be used: ${visibleLine(shownText(check.problem), 200)}`;
  return {
    server,
    tool: name,
    digest: digestOf(said(listed)),
    name: offeredAs,
    description: `Tool of the MCP server "${server}", which describes it so: ${cutText(shownText(description), maxDescription)}`,
    inputSchema: { ...schema, type: 'object' },
    toAction: (input) => {
      const given = input ?? {};
      if (typeof given !== 'object' || Array.isArray(given)) {
        return { kind: 'invalid', problem: `the arguments of ${offeredAs} must be an object` };
      }
      const problem = check(given);
      if (problem !== null) {
        const words = visibleLine(shownText(problem), 300);
        return { kind: 'invalid', problem: `the arguments of ${offeredAs} do not fit its schema: ${words}` };
      }
      return { kind: 'action', action: { kind: 'mcp_call', server, tool: name, arguments: { ...given } } };
    },
  };
}

type SchemaValue = Readonly<Record<string, unknown>>;

/** The schema with what it tells in words made visible; null where something that counts has hidden characters. */
function shownSchema(schema: SchemaValue, depth: number): SchemaValue | null {
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(schema)) {
    const shown = hasUnseen(key) ? null : shownMember(key, value, depth);
    if (shown === null) return null;
    entries.push([key, shown.value]);
  }
  return Object.fromEntries(entries);
}

const inWords = new Set(['description', 'title', '$comment']);

function shownMember(key: string, value: unknown, depth: number): { readonly value: unknown } | null {
  if (depth > 32) return null;
  if (typeof value === 'string') {
    if (inWords.has(key)) return { value: cutText(shownText(value), maxDescription) };
    return hasUnseen(value) ? null : { value };
  }
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => shownMember('', item, depth + 1));
    return items.includes(null) ? null : { value: items.map((item) => item?.value) };
  }
  if (typeof value !== 'object' || value === null) return { value };
  const shown = shownSchema({ ...value }, depth + 1);
  return shown === null ? null : { value: shown };
}
