import * as z from 'zod';
import { phase } from '#protocol/phase';
import { isWitnessKey } from '../audit/anchor/settings.ts';
import { taskType } from '../base/taskType.ts';
import { isTimeZone } from '../cost/windowKey.ts';

// What a configuration file may say (DESIGN section 8). Strict everywhere: an unknown key is an error, because a
// misspelt limit must never mean "no limit".

const entry = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => text.trim() !== '', 'must not be blank')
  .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters');
const list = <T extends z.ZodType>(item: T, example: string, max = 10_000) =>
  z.array(item, `must be a list, such as [${example}]`).max(max, `must have at most ${max} entries`);
const commands = list(entry, 'npm test, git log');
const branches = list(entry, '"feature/*"');
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'must be a name of letters, digits, "_", "." and "-"');
const commandLine = entry;

/** A path in the workspace as scope writes it: relative, without steps back. */
const pathEntry = entry.refine(
  (text) => !text.startsWith('/') && !text.startsWith('~') && !text.includes('\\') && !text.split('/').includes('..'),
  'must be a path or glob inside the workspace, with forward slashes and without ".."',
);
const paths = list(pathEntry, 'src/, docs/');
const extension = entry.regex(/^\.?[^./\\\s]+$/, 'must be one extension such as .ts');
const service = entry.regex(/^[^\s:]+:[^\s:]+$/, 'must be written server:tool, such as "github:get_*"');
const services = list(service, '"github:get_*"');
const host = entry.regex(
  /^(\*\.)?[^\s/@:?#*]+(:\d+)?$|^(\*\.)?\[[0-9a-fA-F:.]+\](:\d+)?$/,
  'must be a host such as docs.python.org or *.example.org, without scheme and path',
);

const scopeLists = {
  allowed_paths: paths,
  denied_paths: paths,
  allowed_extensions: list(extension, '.ts, .md', 1000),
  allowed_commands: commands,
  denied_commands: commands,
  allowed_branches: branches,
  denied_branches: branches,
  allowed_services: services,
  denied_services: services,
  allowed_hosts: list(host, 'docs.python.org'),
};

const scopeSection = z.strictObject(scopeLists).partial();
const dollars = 'must be a positive number of US dollars, such as 5.00';
const money = z.number(dollars).positive(dollars);
const rate = 'must be US dollars per million tokens, from 0 to 1000000';
const forOneToken =
  'is so little that it looks like a price for one token; write it for a million of them, such as 3.00';
const price = z
  .number(rate)
  .nonnegative(rate)
  .max(1_000_000, rate)
  .refine((amount) => amount <= 0 || amount >= 0.001, forOneToken);
const share = 'must be a share between 0 and 1, such as 0.8';
const cycles = 'must be a whole number from 1 to 100';
const size = 'must be a number of megabytes above 0 and up to 10240, such as 10';
const amount = 'must be a whole number from 1 on';
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
/** A password in it would be shown wherever the address is. */
const plainUrl = httpUrl.refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.username + url.password + url.search + url.hash === '';
}, 'must be an address without user name, password, "?" and "#"; a key goes into the keychain');
const port = 'must be a port from 1 to 65535';
const minutes = 'must be a whole number of minutes from 1 to 1440';

/** Places outside of this machine that hold the state of the audit log. */
const anchors = z
  .strictObject({
    git_note: z.strictObject({
      remote: entry.regex(
        /^[A-Za-z0-9][A-Za-z0-9._/-]*$/,
        'must be the name of a remote of the repository, such as origin',
      ),
    }),
    syslog: z.strictObject({
      host: entry.regex(/^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/, 'must be a host or an address, without scheme and port'),
      port: z.int(port).min(1, port).max(65_535, port).optional(),
      protocol: z.enum(['udp', 'tcp'], 'must be udp or tcp').optional(),
    }),
    witness: z.strictObject({
      url: httpUrl.refine((text) => !/[?#@]/.test(text), 'must be an address without user name, "?" and "#"'),
      key: entry.refine(isWitnessKey, 'must be the verifier key of a witness: name+id+key, of the Ed25519 kind'),
    }),
    every: z.int(minutes).min(1, minutes).max(1440, minutes),
  })
  .partial();

const budgets = { max_per_task: money, max_per_day: money, max_per_month: money };
const noBudget = 'must set max_per_task, max_per_day or max_per_month';
const groups = z.record(
  entry,
  z
    .strictObject(budgets)
    .partial()
    .refine((limits) => Object.keys(limits).length > 0, noBudget),
);
const tokens = 'must be a whole number of tokens from 1 on';
const tokenBudget = z.int(tokens).min(1, tokens);

const cost = z
  .strictObject({
    ...budgets,
    alert_threshold: z.number(share).gt(0, share).max(1, share),
    max_tokens_per_task: tokenBudget,
    max_tokens_per_day: tokenBudget,
    per_agent: groups,
    per_swarm: groups,
    per_provider: groups,
    per_project: groups,
    per_user: groups,
    per_organisation: groups,
    organisation: entry,
    time_zone: entry.refine(isTimeZone, 'must be the name of a time zone, such as Europe/Berlin'),
    /** Only in the managed configuration. */
    may_be_raised: z.boolean(),
    alerts: z.strictObject({ webhook: httpUrl, mail: z.email('must be a mail address') }).partial(),
  })
  .partial();
const modelTiers = z.strictObject({ fast: entry, balanced: entry, best: entry }).partial();

/** A tier, the name of a model, or a model of another provider. */
const pin = z.union(
  [entry, z.strictObject({ provider: name, model: entry })],
  'must be fast, balanced, best, the name of a model, or { provider: openai, model: gpt-5-mini }',
);

export const configSchema = z
  .strictObject({
    scope: scopeSection.extend({ agents: z.record(name, scopeSection).optional() }),
    cost,
    models: z
      .strictObject({
        provider: name,
        tiers: modelTiers,
        providers: z.record(
          name,
          z
            .strictObject({
              base_url: plainUrl,
              region: entry,
              api: z.enum(['responses', 'chat'], 'must be responses or chat'),
              tiers: modelTiers,
            })
            .partial(),
        ),
        failover: list(
          name.refine((text) => text !== 'demo', 'must be a provider of models; the demo provider plays a script'),
          'openai, ollama',
          10,
        ),
        pins: z
          .strictObject({
            agents: z.record(name, pin),
            phases: z.partialRecord(phase, pin, 'must name phases: reason, act, reflect, verify'),
            task_types: z.partialRecord(taskType, pin, `must name task types: ${taskType.options.join(', ')}`),
          })
          .partial(),
        prices: z.record(
          entry,
          z.strictObject({ input: price, output: price, cache_read: price.optional(), cache_write: price.optional() }),
        ),
      })
      .partial(),
    gates: z.strictObject({ profile: name, test_command: commandLine }).partial(),
    residency: z
      .strictObject({
        allowed_providers: list(name, 'anthropic'),
        allowed_regions: list(entry, 'eu'),
        air_gapped: z.boolean(),
      })
      .partial(),
    scan: z.strictObject({ personal_data: z.boolean() }).partial(),
    workspace: z.strictObject({ setup: commandLine }).partial(),
    run: z.strictObject({ max_cycles: z.int(cycles).min(1, cycles).max(100, cycles) }).partial(),
    audit: z
      .strictObject({
        folder: pathEntry.refine(
          (text) => /^\.loki\/[^/]/.test(text) && !/[*?[]/.test(text),
          'must be a folder inside .loki/, such as .loki/audit',
        ),
        commit_personal: z.boolean(),
        max_size_mb: z.number(size).gt(0, size).max(10_240, size),
        max_files: z.int(amount).min(1, amount),
        max_days: z.int(amount).min(1, amount),
        /** Only in the managed configuration. */
        may_be_disabled: z.boolean(),
        /** Only in the environment. */
        disabled: z.boolean(),
        anchors,
      })
      .partial(),
  })
  .partial();

export type ConfigDocument = z.infer<typeof configSchema>;
export type ScopeSection = z.infer<typeof scopeSection>;
