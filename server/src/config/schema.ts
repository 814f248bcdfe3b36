import * as z from 'zod';

// What a configuration file may say (DESIGN section 8). Strict everywhere: an unknown key is an error, because a
// misspelt limit must never mean "no limit".

const entry = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => text.trim() !== '', 'must not be blank')
  .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters');
const entries = z.array(entry).max(10_000);
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'must be a name of letters, digits, "_", "." and "-"');
const commandLine = entry;

/** A path in the workspace as scope writes it: relative, without steps back. */
const pathEntry = entry.refine(
  (text) => !text.startsWith('/') && !text.startsWith('~') && !text.includes('\\') && !text.split('/').includes('..'),
  'must be a path or glob inside the workspace, with forward slashes and without ".."',
);
const pathEntries = z.array(pathEntry).max(10_000);
const extension = entry.regex(/^\.?[^./\\\s]+$/, 'must be one extension such as .ts');
const service = entry.regex(/^[^\s:]+:[^\s:]+$/, 'must be written server:tool, such as "github:get_*"');
const host = entry.regex(
  /^(\*\.)?[^\s/@:?#*]+(:\d+)?$|^(\*\.)?\[[0-9a-fA-F:.]+\](:\d+)?$/,
  'must be a host such as docs.python.org or *.example.org, without scheme and path',
);

const scopeLists = {
  allowed_paths: pathEntries,
  denied_paths: pathEntries,
  allowed_extensions: z.array(extension).max(1000),
  allowed_commands: entries,
  denied_commands: entries,
  allowed_branches: entries,
  denied_branches: entries,
  allowed_services: z.array(service).max(10_000),
  denied_services: z.array(service).max(10_000),
  allowed_hosts: z.array(host).max(10_000),
};

const scopeSection = z.strictObject(scopeLists).partial();
const money = z.number().positive('must be a positive number of US dollars');
const price = z.number().nonnegative('must not be negative').max(1_000_000);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

export const configSchema = z
  .strictObject({
    scope: scopeSection.extend({ agents: z.record(name, scopeSection).optional() }),
    cost: z
      .strictObject({
        max_per_task: money,
        max_per_day: money,
        max_per_month: money,
        alert_threshold: z.number().gt(0, 'must be above 0').max(1, 'must be a share between 0 and 1, such as 0.8'),
      })
      .partial(),
    models: z
      .strictObject({
        provider: name,
        tiers: z.strictObject({ fast: entry, balanced: entry, best: entry }).partial(),
        providers: z.record(name, z.strictObject({ base_url: httpUrl, region: entry }).partial()),
        prices: z.record(
          entry,
          z.strictObject({ input: price, output: price, cache_read: price.optional(), cache_write: price.optional() }),
        ),
      })
      .partial(),
    gates: z.strictObject({ profile: name, test_command: commandLine }).partial(),
    residency: z
      .strictObject({ allowed_providers: z.array(name), allowed_regions: entries, air_gapped: z.boolean() })
      .partial(),
    workspace: z.strictObject({ setup: commandLine }).partial(),
    run: z.strictObject({ max_cycles: z.int().min(1).max(100) }).partial(),
    audit: z
      .strictObject({
        folder: pathEntry.refine(
          (text) => /^\.loki\/[^/]/.test(text) && !/[*?[]/.test(text),
          'must be a folder inside .loki/, such as .loki/audit',
        ),
      })
      .partial(),
  })
  .partial();

export type ConfigDocument = z.infer<typeof configSchema>;
export type ScopeSection = z.infer<typeof scopeSection>;
