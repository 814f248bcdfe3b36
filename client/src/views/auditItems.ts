import * as vscode from 'vscode';
import type { AuditEntry, AuditState, AuditVerification } from '#protocol/audit';
import { auditOff, auditTitle } from '#protocol/auditWords';
import { visible, visibleLine } from '#protocol/visible';
import { auditStanding, auditVerdicts, type AuditStanding } from '../auditLine.ts';
import { plainMarkdown } from '../markdown.ts';
import { ago, count } from '../words.ts';
import { spoken } from './spoken.ts';
import { entryWords, type EntryWords } from './entryWords.ts';

// How the nodes of the Audit view look: an icon and words, never a colour alone.

/** Both verdicts in words; its tooltip says what they rest on. */
export function stateItem(state: AuditState): vscode.TreeItem {
  const { verification } = state;
  const message = visible(state.message);
  const item = new vscode.TreeItem(verification === null ? 'Not verified' : auditTitle(verification));
  const { icon, color } = standingIcons[auditStanding(state)];
  item.id = 'state';
  item.description = verification === null ? message : describe(state, verification);
  item.iconPath = new vscode.ThemeIcon(icon, color === null ? undefined : new vscode.ThemeColor(color));
  const details = state.isDisabled ? `${auditOff}.\n\n${message}` : message;
  item.tooltip = details;
  item.contextValue = 'chain';
  item.command = { title: 'Show Audit', command: 'loki.showEntry' };
  item.accessibilityInformation = { label: `${spoken(item)}. ${details}` };
  return item;
}

/** The title names both verdicts where all is well; else each is named here. */
function describe({ isDisabled }: AuditState, verification: AuditVerification): string {
  const parts = [
    isDisabled ? 'audit off' : null,
    verification.valid ? null : auditVerdicts(verification),
    count(verification.entries, 'entry', 'entries'),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

const standingIcons: Readonly<Record<AuditStanding, { readonly icon: string; readonly color: string | null }>> = {
  good: { icon: 'verified-filled', color: 'testing.iconPassed' },
  doubtful: { icon: 'warning', color: 'list.warningForeground' },
  bad: { icon: 'error', color: 'testing.iconFailed' },
  unknown: { icon: 'question', color: null },
};

/** By what was decided, or by what came of it. */
const entryIcons: Readonly<Record<string, string>> = {
  ALLOW: 'pass',
  DENY: 'shield',
  REQUIRE_APPROVAL: 'question',
  done: 'check',
  answered: 'check',
  finished: 'check',
  passed: 'check',
  approved: 'check',
  accepted: 'git-merge',
  denied: 'circle-slash',
  expired: 'watch',
  failed: 'error',
  cancelled: 'debug-stop',
};

export function entryItem(entry: AuditEntry, nowMs: number): vscode.TreeItem {
  const { seq, timestamp, who, what, where, why, hash } = entry;
  const place = where === null ? '' : ` ${where}`;
  const item = new vscode.TreeItem(visibleLine(`${what ?? 'entry'}${place}`, 120));
  const words = entryWords(entry);
  item.id = `${seq}-${hash}`;
  item.description = [words?.shown ?? '', visibleLine(who ?? '', 40), ago(timestamp, nowMs)]
    .filter((part) => part !== '')
    .join(' · ');
  item.iconPath = new vscode.ThemeIcon(entryIcons[words?.recorded ?? ''] ?? 'circle-small');
  item.contextValue = 'entry';
  item.command = { title: 'Show Audit', command: 'loki.showEntry' };
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown(`**Entry ${seq}**\n\n`);
  const decided = words === null ? null : isSame(words) ? words.shown : `${words.shown} (${words.recorded})`;
  for (const text of [decided, `${who ?? ''} ${what ?? ''}${place}`, why, timestamp, `hash ${hash}`]) {
    if (text === null || text === '') continue;
    tooltip.appendMarkdown(plainMarkdown(text));
    tooltip.appendMarkdown('\n\n');
  }
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: `Entry ${seq}: ${spoken(item)}` };
  return item;
}

function isSame({ recorded, shown }: EntryWords): boolean {
  return recorded === shown;
}
