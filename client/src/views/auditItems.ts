import * as vscode from 'vscode';
import type { AuditEntry, AuditState } from '#protocol/audit';
import { plainMarkdown } from '../markdown.ts';
import { visible, visibleLine } from '../visible.ts';
import { ago, count } from '../words.ts';
import { spoken } from './spoken.ts';
import { entryWords, type EntryWords } from './entryWords.ts';

// How the nodes of the Audit view look: an icon and words, never a colour alone.

export function stateItem({ verification, message }: AuditState): vscode.TreeItem {
  const isValid = verification?.valid === true;
  const item = new vscode.TreeItem(isValid ? 'Chain valid' : 'Chain broken');
  item.id = 'state';
  item.description = verification === null ? message : `${count(verification.entries, 'entry', 'entries')} verified`;
  item.iconPath = isValid
    ? new vscode.ThemeIcon('verified-filled', new vscode.ThemeColor('testing.iconPassed'))
    : new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
  item.tooltip = visible(message);
  item.contextValue = 'chain';
  item.command = { title: 'Show Audit', command: 'loki.showEntry' };
  item.accessibilityInformation = { label: `${spoken(item)}. ${visible(message)}` };
  return item;
}

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
