import * as vscode from 'vscode';
import type { AuditState } from '#protocol/audit';
import { auditOff } from '#protocol/auditWords';
import type { Meter, MeterWindow } from '#protocol/cost';
import type { Confinement } from '#protocol/run';
import { tokenWords } from '#protocol/tokenWords';
import { auditLine, auditStanding, type AuditStanding } from './auditLine.ts';
import { plainMarkdown } from './markdown.ts';
import { limitUsd as fullUsd, momentOf, sentence, usd } from './words.ts';

const commands = [
  'loki.showTask',
  'loki.showAudit',
  'loki.showGates',
  'loki.showCost',
  'loki.raiseCostLimit',
  'loki.answerApproval',
  'loki.openConfiguration',
  'loki.runTask',
];

const auditIcons: Readonly<Record<AuditStanding, string>> = {
  good: '$(verified)',
  doubtful: '$(warning)',
  bad: '$(error)',
  unknown: '$(question)',
};

/** Task, today and month, how commands are confined, and the state of the record; with ways to each. */
export function meterTooltip(
  meter: Meter,
  confinement: Confinement | null,
  audit: AuditState | null,
  openApprovals: number,
): vscode.MarkdownString {
  const { simulated, task, day, month, alertThreshold, tokens, agents = [], isAuditDisabled } = meter;
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: commands };
  text.appendMarkdown(`**Loki**${simulated ? ' · simulated, nothing is charged' : ''}\n\n`);
  const columns: readonly Column[] = [
    ...(task === null ? [] : [['Task', task] as const]),
    ['Today', day],
    ['This month', month],
  ];
  text.appendMarkdown(`${windowTable(columns)}\n\n`);
  text.appendMarkdown(`Warns at ${Math.round(alertThreshold * 100)} %. Tokens: ${tokenWords(tokens)}.\n\n`);
  if (agents.length > 0) {
    const spent = agents.map(({ agent, costUsd }) => `${agent} ${usd(costUsd)}`).join(', ');
    text.appendMarkdown('Most expensive: ');
    text.appendMarkdown(plainMarkdown(sentence(spent)));
    text.appendMarkdown('\n\n');
  }
  if (confinement !== null) {
    const isConfined = confinement.kind !== 'none';
    text.appendMarkdown(
      isConfined ? `$(shield) **Confined by ${confinement.kind}:** ` : '$(warning) **Commands are not confined:** ',
    );
    text.appendMarkdown(plainMarkdown(sentence(confinement.detail)));
    text.appendMarkdown('\n\n');
  }
  if (isAuditDisabled) text.appendMarkdown(`$(warning) ${plainMarkdown(auditOff)}\n\n`);
  if (audit !== null) {
    text.appendMarkdown(`${auditIcons[auditStanding(audit)]} `);
    text.appendMarkdown(plainMarkdown(sentence(auditLine(audit) ?? audit.message)));
    text.appendMarkdown('\n\n');
  }
  const waiting = openApprovals === 0 ? '' : `[${openApprovals} to answer](command:loki.answerApproval) · `;
  text.appendMarkdown(
    `${waiting}[Task](command:loki.showTask) · [Audit](command:loki.showAudit) · [Gates](command:loki.showGates) · [Cost](command:loki.showCost) · [Raise limit](command:loki.raiseCostLimit) · [Configuration](command:loki.openConfiguration)`,
  );
  return text;
}

type Column = readonly [name: string, window: MeterWindow];

/** One column for each window: a hover is too narrow for a row of everything. What no window has is no row. */
function windowTable(columns: readonly Column[]): string {
  const rows = [
    tableRow('Spent', columns, ({ spentUsd }) => usd(spentUsd)),
    tableRow('Reserved', columns, ({ reservedUsd }) => (reservedUsd === 0 ? '' : usd(reservedUsd))),
    tableRow('Limit', columns, ({ limitUsd }) => (limitUsd === null ? 'none' : fullUsd(limitUsd))),
    tableRow('A minute', columns, ({ forecast }) => (forecast?.ratePerMinuteUsd ? usd(forecast.ratePerMinuteUsd) : '')),
    tableRow('Limit reached', columns, ({ forecast }) => moment(forecast?.exhaustedAt)),
    tableRow('Starts anew', columns, ({ forecast }) => moment(forecast?.resetsAt)),
  ];
  const head = `| |${columns.map(([name]) => `${gap}**${name}**|`).join('')}`;
  return [head, `|:--|${columns.map(() => '--:|').join('')}`, ...rows.flat()].join('\n');
}

// The editor leaves next to nothing between the columns of a table, and breaks a time in two.
const gap = '&emsp;';

function tableRow(
  name: string,
  columns: readonly Column[],
  cellOf: (window: MeterWindow) => string,
): readonly string[] {
  const cells = columns.map(([, window]) => cellOf(window));
  if (cells.every((cell) => cell === '')) return [];
  return [`|${name}|${cells.map((cell) => `${gap}${cell.replaceAll(/\s/g, '\u00A0')}|`).join('')}`];
}

function moment(at: string | null | undefined): string {
  return typeof at === 'string' ? momentOf(at, Date.now()) : '';
}
