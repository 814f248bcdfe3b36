import * as z from 'zod/mini';
import { phase } from './phase.ts';

// What an agent (or, for some kinds, Loki itself) may propose to do. The same shapes are the lines of `loki policy check`.
// Unknown members are refused: a misspelt or smuggled member must never be ignored by something that guards.

const path = z.string().check(z.minLength(1), z.maxLength(4096));
const shortText = z.string().check(z.maxLength(4096));
const content = z.string().check(z.maxLength(4 * 1024 * 1024));
const line = z.int().check(z.positive());

/** What is nested deeper than people write could exhaust the stack of whoever looks at it. */
function isShallow(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth < 64; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return true;
  }
  return false;
}

export const fileRead = z.strictObject({
  kind: z.literal('file_read'),
  path,
  fromLine: z.exactOptional(line),
  toLine: z.exactOptional(line),
});
export const fileList = z.strictObject({
  kind: z.literal('file_list'),
  path,
  /** How many levels below `path` are listed; 1 is the folder's own entries. */
  depth: z.exactOptional(z.int().check(z.positive(), z.maximum(32))),
});
export const fileSearch = z.strictObject({
  kind: z.literal('file_search'),
  path,
  /** Plain text, not an expression: it is found wherever a line contains it. */
  text: z.string().check(z.minLength(1), z.maxLength(1000)),
});
export const fileWrite = z.strictObject({ kind: z.literal('file_write'), path, content });
export const fileEdit = z.strictObject({
  kind: z.literal('file_edit'),
  path,
  /** Must occur exactly once in the file, unless `all` is true. */
  oldText: content.check(z.minLength(1)),
  newText: content,
  all: z.exactOptional(z.boolean()),
});
export const fileDelete = z.strictObject({ kind: z.literal('file_delete'), path });
export const command = z.strictObject({
  kind: z.literal('command'),
  /** One bash command line. */
  command: z.string().check(z.minLength(1), z.maxLength(65_536)),
  cwd: z.exactOptional(path),
  env: z.exactOptional(z.record(z.string().check(z.maxLength(256)), z.string().check(z.maxLength(65_536)))),
  timeoutMs: z.exactOptional(z.int().check(z.positive(), z.maximum(3_600_000))),
});
export const gitStatus = z.strictObject({ kind: z.literal('git_status') });
export const gitDiff = z.strictObject({ kind: z.literal('git_diff'), path: z.exactOptional(path) });
export const gitCommit = z.strictObject({
  kind: z.literal('git_commit'),
  message: z.string().check(z.minLength(1), z.maxLength(20_000)),
});
export const gitPush = z.strictObject({
  kind: z.literal('git_push'),
  remote: shortText,
  branch: shortText,
  force: z.exactOptional(z.boolean()),
});
export const gitBranch = z.strictObject({ kind: z.literal('git_branch'), branch: shortText });
export const mcpCall = z.strictObject({
  kind: z.literal('mcp_call'),
  server: shortText,
  tool: shortText,
  arguments: z.record(z.string(), z.unknown()).check(z.refine(isShallow, 'nested too deep')),
});
/**
 * Loki starts an MCP server, or opens a connection to one. Variables and headers are named only: what they hold may be
 * secret, so `definition` vouches for it.
 */
export const mcpStart = z.strictObject({
  kind: z.literal('mcp_start'),
  server: shortText,
  launch: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('stdio'),
      command: shortText,
      args: z.array(shortText).check(z.maxLength(256)),
      cwd: path,
      env: z.array(shortText),
    }),
    z.strictObject({
      type: z.literal('http'),
      url: z.string().check(z.maxLength(8192)),
      headers: z.array(shortText),
    }),
  ]),
  /** SHA-256 of the whole definition as the project's file has it. */
  definition: z.string().check(z.length(64)),
});
export const fetchUrl = z.strictObject({ kind: z.literal('fetch'), url: z.string().check(z.maxLength(8192)) });
export const modelCall = z.strictObject({
  kind: z.literal('model_call'),
  provider: shortText,
  model: shortText,
  region: z.exactOptional(shortText),
  endpoint: z.exactOptional(z.string().check(z.maxLength(2048))),
  /** What the request is handed to on its way to `endpoint`. */
  proxy: z.exactOptional(z.string().check(z.maxLength(2048))),
  /** SHA-256 of the request's canonical JSON: a permit covers these very bytes. */
  requestDigest: z.exactOptional(z.string().check(z.length(64))),
  maxOutputTokens: z.exactOptional(z.int().check(z.positive())),
});
export const reportFinding = z.strictObject({
  kind: z.literal('report_finding'),
  severity: z.enum(['high', 'medium', 'low']),
  message: z.string().check(z.minLength(1), z.maxLength(4000)),
  path: z.exactOptional(path),
  line: z.exactOptional(line),
});
export const ask = z.strictObject({
  kind: z.literal('ask'),
  question: z.string().check(z.minLength(1), z.maxLength(4000)),
});
export const finish = z.strictObject({
  kind: z.literal('finish'),
  summary: z.string().check(z.minLength(1), z.maxLength(20_000)),
});

/** Loki's own: the beginning of a phase, where a policy wants a person to agree to it. No tool makes one. */
export const phaseStart = z.strictObject({
  kind: z.literal('phase_start'),
  phase,
  cycle: z.exactOptional(z.int().check(z.positive())),
});

export const action = z.discriminatedUnion('kind', [
  fileRead,
  fileList,
  fileSearch,
  fileWrite,
  fileEdit,
  fileDelete,
  command,
  gitStatus,
  gitDiff,
  gitCommit,
  gitPush,
  gitBranch,
  mcpCall,
  mcpStart,
  fetchUrl,
  modelCall,
  reportFinding,
  ask,
  finish,
  phaseStart,
]);

export type Action = Readonly<z.infer<typeof action>>;
export type ActionKind = Action['kind'];
export type ActionOf<K extends ActionKind> = Extract<Action, { kind: K }>;
