import * as vscode from 'vscode';
import type { AuditState } from '#protocol/audit';
import { auditOff } from '#protocol/auditWords';
import type { Meter, MeterWindow } from '#protocol/cost';
import type { Confinement } from '#protocol/run';
import { tokenWords } from '#protocol/tokenWords';
import { auditLine, auditStanding, type AuditStanding } from './auditLine.ts';
import { plainMarkdown } from './markdown.ts';
import { momentOf, sentence, usd } from './words.ts';

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
  const rows = [...(task === null ? [] : [row('Task', task)]), row('Today', day), row('This month', month)];
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: commands };
  text.appendMarkdown(`**Loki**${simulated ? ' · simulated, nothing is charged' : ''}\n\n`);
  text.appendMarkdown(
    `| | Spent | Reserved | Limit | A minute | Limit reached | Starts anew |\n|:--|--:|--:|--:|--:|:--|:--|\n${rows.join('\n')}\n\n`,
  );
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

function row(name: string, { spentUsd, reservedUsd, limitUsd, forecast }: MeterWindow): string {
  const cells = [
    name,
    usd(spentUsd),
    reservedUsd === 0 ? '' : usd(reservedUsd),
    limitUsd === null ? 'none' : usd(limitUsd),
    forecast === undefined || forecast.ratePerMinuteUsd === 0 ? '' : usd(forecast.ratePerMinuteUsd),
    moment(forecast?.exhaustedAt),
    moment(forecast?.resetsAt),
  ];
  return `| ${cells.join(' | ')} |`;
}

function moment(at: string | null | undefined): string {
  return typeof at === 'string' ? momentOf(at, Date.now()) : '';
}
