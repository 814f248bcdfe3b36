import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { canonicalJson, sha256 } from '../base/digest.ts';
import { issueWords } from '../base/issueWords.ts';
import { withheldUnder, withheldWords, type WithheldKey } from '../base/withheldKey.ts';
import { visibleLine } from '#protocol/visible';
import type { ServiceLaunch, ServiceSettings } from '../tools/services/settings.ts';
import { withoutComments } from './jsonWithComments.ts';

// Files that define MCP servers are shared with other programs. What is not understood in one is not guessed at: that
// server is not used, and a problem says why. A server that does not start is the safe side of any mistake.

export interface ParsedServices {
  readonly services: readonly ServiceSettings[];
  /** For people: the file, the server where it is one server's, and what to do. */
  readonly problems: readonly string[];
}

/** The name becomes a part of a tool's name, `mcp__<server>__<tool>`, which must be told apart again. */
const serverName = /^(?!.*__)[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

const text = z
  .string()
  .min(1)
  .max(4096)
  .refine((value) => visibleLine(value, 5000) === value, 'must have no line breaks or characters that do not show');
const values = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/, 'must be a plain name'),
  z.string().max(65_536),
);

const stdio = z.strictObject({
  type: z.literal('stdio').optional(),
  command: text,
  args: z.array(z.string().max(4096)).max(256).optional(),
  env: values.optional(),
  cwd: text.optional(),
  disabled: z.boolean().optional(),
});
const http = z.strictObject({
  type: z.enum(['http', 'streamable-http']),
  url: text,
  headers: values.optional(),
  disabled: z.boolean().optional(),
});
const servers = z.record(z.string(), z.unknown());
const document = z.union([
  z.strictObject({ $schema: z.string().optional(), mcpServers: servers }),
  z.strictObject({ $schema: z.string().optional(), servers, inputs: z.array(z.unknown()).optional() }),
]);

/** Reads one file's text. Total: what cannot be read, or asks for a withheld key, is a problem. */
export function parseServices(content: string, file: string, withheld: readonly WithheldKey[]): ParsedServices {
  const read = readJson(content, file);
  if ('problem' in read) return { services: [], problems: [read.problem] };
  const parsed = document.safeParse(read.value);
  if (!parsed.success) {
    return {
      services: [],
      problems: [`${file}: must be an object with "mcpServers" or "servers" and nothing else; none of it is used`],
    };
  }
  const entries = Object.entries('mcpServers' in parsed.data ? parsed.data.mcpServers : parsed.data.servers);
  const found = entries.map(([name, value]) => readServer(name, value, file, withheld));
  return {
    services: found.flatMap((item) => (typeof item === 'object' && item !== null ? [item] : [])),
    problems: found.flatMap((item) => (typeof item === 'string' ? [item] : [])),
  };
}

function readJson(content: string, file: string): { readonly value: unknown } | { readonly problem: string } {
  const json = withoutComments(content.replace(/^\ufeff/, ''));
  const lines = new LineCounter();
  // JSON.parse keeps the last of two equal keys in silence, so YAML, of which JSON is a part, looks for them first.
  const [error] = parseDocument(json, { uniqueKeys: true, lineCounter: lines, prettyErrors: false }).errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    const what = error.code === 'DUPLICATE_KEY' ? 'this key stands twice; keep one of the two' : 'this is no JSON';
    return { problem: `${file}:${line}:${col}: ${what}; no server of this file is used` };
  }
  try {
    return { value: JSON.parse(json) };
  } catch {
    return { problem: `${file}: is no JSON; no server of this file is used` };
  }
}

/** The server, in words what is wrong with it, or null where it is switched off. */
function readServer(
  name: string,
  value: unknown,
  file: string,
  withheld: readonly WithheldKey[],
): ServiceSettings | string | null {
  const problem = (what: string): string => `${file}: the MCP server "${visibleLine(name, 80)}" is not used: ${what}`;
  if (!serverName.test(name)) {
    return problem('its name must have letters, digits, "-" and single "_" only, and at most 40 of them');
  }
  if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'sse') {
    return problem('the transport "sse" has been replaced; use "http" (streamable HTTP)');
  }
  const isHttp = typeof value === 'object' && value !== null && 'url' in value;
  const schema = isHttp ? http : stdio;
  const parsed = schema.safeParse(isHttp && !('type' in value) ? { ...value, type: 'http' } : value);
  if (!parsed.success) return problem(parsed.error.issues.map(wordsOf).join('; '));
  if (parsed.data.disabled === true) return null;
  const launch = launchOf(parsed.data);
  const reference = withheldProblem(launch, withheld) ?? referenceProblem(launch);
  if (reference !== null) return problem(reference);
  return { name, file, launch, definition: sha256(canonicalJson({ name, launch })) };
}

function launchOf(data: z.infer<typeof stdio> | z.infer<typeof http>): ServiceLaunch {
  if ('url' in data) return { type: 'http', url: data.url, headers: data.headers ?? {} };
  const cwd = (data.cwd ?? '.').replace(/^\$\{workspaceFolder\}\/?/, '') || '.';
  return { type: 'stdio', command: data.command, args: data.args ?? [], env: data.env ?? {}, cwd };
}

/** A provider's key that a reference names, wherever it stands and whatever is around it: `${X:-${OPENAI_API_KEY}}`. */
function withheldProblem(launch: ServiceLaunch, withheld: readonly WithheldKey[]): string | null {
  const texts =
    launch.type === 'stdio'
      ? [launch.command, launch.cwd, ...launch.args, ...Object.values(launch.env)]
      : [launch.url, ...Object.values(launch.headers)];
  const names = texts.flatMap(referencesIn).flatMap((reference) => reference.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []);
  const [key] = names.map((name) => withheldUnder(name, withheld)).filter((found) => found !== null);
  return key === undefined ? null : withheldWords(key);
}

/** References are resolved when the server starts; those that cannot be are said here, before anybody agrees. */
function referenceProblem(launch: ServiceLaunch): string | null {
  const plain = launch.type === 'stdio' ? [launch.command, launch.cwd] : [launch.url];
  const workspace = launch.type === 'stdio' ? launch.args : [];
  const secret = Object.values(launch.type === 'stdio' ? launch.env : launch.headers);
  const wrong = [
    ...plain.flatMap(referencesIn),
    ...workspace.flatMap(referencesIn).filter((name) => name !== 'workspaceFolder'),
    ...secret
      .flatMap(referencesIn)
      .filter((name) => !/^(?:workspaceFolder|(?:env:)?[A-Za-z_][A-Za-z0-9_]*)$/.test(name)),
  ][0];
  if (wrong === undefined) return null;
  if (wrong.startsWith('input:')) {
    return `\${${wrong}} would ask for a value; take it from a variable of your environment: \${env:NAME} in "env" or "headers"`;
  }
  return `\${${visibleLine(wrong, 60)}} is not known there; \${workspaceFolder} can stand in "args", \${env:NAME} in the values of "env" and "headers"`;
}

function referencesIn(value: string): readonly string[] {
  return [...value.matchAll(/\$\{([^}]*)\}?/g)].map((match) => match[1] ?? '');
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `"${visibleLine(issue.keys[0] ?? '', 60)}" is not known; remove it`;
  return `"${issue.path.map(String).join('.')}" ${issueWords(issue)}`;
}
