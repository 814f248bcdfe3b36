import * as z from 'zod';
import { gateIds } from '#protocol/gate';
import { phase } from '#protocol/phase';
import { action as anyAction } from '#protocol/action';

// What a policies file may say, item by item. Strict everywhere, as the configuration is.

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => value.trim() !== '', 'must not be blank')
    .refine((value) => !/\p{Cc}/u.test(value), 'must not contain control characters');
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'must be a name of letters, digits, "_", "." and "-"');
const severities = ['deny', 'require_approval', 'warn'] as const;
const severity = z.enum(severities);
const list = <T extends z.ZodType>(item: T, example: string) =>
  z.array(item, `must be a list, such as [${example}]`).min(1).max(1000);
const named = { name: name.optional() };

const never = 'must be left out or false: that nobody has answered is never a yes';
const secrets = 'must be true or left out: secrets are always refused, whatever a policy says';
const tokens = 'must be a whole number of tokens from 1 on';
const minutes = 'must be a whole number of minutes from 1 to 10080';
const share = 'must be a share such as 0.8, or a percentage up to 100 such as 80';

export const expectationItem = z.strictObject({ ...named, rule: text(300), action: severity.optional() });

export const deploymentItem = z.strictObject({ ...named, gates: list(z.enum(gateIds), gateIds.join(', ')) });

export const resourceItem = z.strictObject({
  ...named,
  max_tokens: z.int(tokens).min(1, tokens).optional(),
  providers: z.array(name, 'must be a list, such as [anthropic]').max(100).optional(),
  alerts: z
    .array(z.number(share).gt(0, share).max(100, share), 'must be a list, such as [0.5, 0.8]')
    .max(20)
    .optional(),
  on_exceed: z.enum(['shutdown', 'warn', 'require_approval']).optional(),
});

export const dataItem = z.strictObject({
  ...named,
  secret_detection: z.literal(true, secrets).optional(),
  pii_scanning: z.boolean().optional(),
  patterns: z.array(z.unknown(), "must be a list, such as ['ACME-\\d{6}']").max(100).optional(),
  action: severity.optional(),
});

export const patternItem = z.strictObject({
  ...named,
  pattern: z.string().min(1),
  ignore_case: z.boolean().optional(),
});

export const approvalGateItem = z.strictObject({
  ...named,
  phase,
  timeout_minutes: z.int(minutes).min(1, minutes).max(10_080, minutes).optional(),
  webhook: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .refine((url) => !/[#@]/.test(url), 'must be an address without user name and "#"')
    .optional(),
  auto_approve_on_timeout: z.literal(false, never).optional(),
});

const kind = z.enum(anyAction.def.options.flatMap((option) => option.shape.kind.def.values));
const path = text(4096).refine(
  (value) => !/^[/~]|\\/.test(value) && !value.split('/').includes('..'),
  'must be a path or glob inside the workspace, with forward slashes and without ".."',
);
const host = text(300).regex(/^[^\s/@?#]+$/, 'must be a host such as *.example.org, without scheme and path');

/** A condition takes one value or a list of them. An empty list could mean everything or nothing, and is refused. */
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item).min(1).max(200)).optional();

export const conditions = {
  kind: oneOrMore(kind),
  path: oneOrMore(path),
  command: oneOrMore(text(300)),
  host: oneOrMore(host),
  branch: oneOrMore(text(300)),
  tool: oneOrMore(text(300)),
  agent: oneOrMore(name),
  phase: oneOrMore(z.enum(phase.def.entries)),
};

export const ruleItem = z.strictObject({
  ...named,
  decision: severity,
  reason: text(500).optional(),
  ...conditions,
  match: z.array(z.unknown(), 'must be a list of example actions that the rule covers').min(1).max(100),
  not_match: z.array(z.unknown(), 'must be a list of example actions that the rule does not cover').max(100).optional(),
});

export const root = z.strictObject({
  mode: z.enum(['enforce', 'monitor']).optional(),
  pre_execution: z.unknown().optional(),
  pre_deployment: z.unknown().optional(),
  resource: z.unknown().optional(),
  data: z.unknown().optional(),
  approval_gates: z.unknown().optional(),
  rules: z.unknown().optional(),
});
