import type { RunEvent } from '#protocol/run';
import { auditEntry, type AuditEntry } from '#protocol/audit';

/** A run as one readable text: what people were told, then what the audit log says, without what differs each time. */
export function transcriptOf(
  events: readonly RunEvent[],
  log: string,
  places: { readonly workspace: string; readonly home: string },
): string {
  const entries = log
    .trimEnd()
    .split('\n')
    .map((line) => auditEntry.parse(JSON.parse(line)));
  const text = [
    'TOLD',
    ...events.map(told).filter((line) => line !== null),
    '',
    'RECORDED',
    ...entries.map(recorded),
    '',
  ].join('\n');
  return (
    text
      .replaceAll(places.workspace, 'WORKSPACE')
      .replaceAll(places.home, 'HOME')
      .replaceAll(/\b(run|task|act|ask)-[a-z0-9]{10}\b/g, '$1-ID')
      .replaceAll(/\bres-[a-z0-9]{18}\b/g, 'res-ID')
      .replaceAll(/\b[0-9a-f]{40,64}\b/g, 'HASH')
      // What was spent depends on the length of every prompt; the ledger's own tests hold the numbers.
      .replaceAll(/\$\d+\.\d{4}/g, '$N')
      .replaceAll(/duration_ms:? [\d.]+/g, 'duration_ms N')
  );
}

function told(event: RunEvent): string | null {
  switch (event.type) {
    case 'started':
      return `started ${event.provider} ${event.model} on ${event.branch}, limit ${event.limitUsd ?? 'none'}`;
    case 'phase':
      return `cycle ${event.cycle}/${event.maxCycles} ${event.phase}`;
    case 'agent':
      return event.state === 'started' ? `  ${event.agent}` : `  ${event.agent} ${event.state}: ${event.summary ?? ''}`;
    case 'said':
      return `    “${event.text}”`;
    case 'action':
      if (event.state === 'running') return null;
      return `    ${event.state} ${event.title}${event.reason === null ? '' : `: ${shortened(event.reason)}`}`;
    case 'approval':
      return `    asks ${event.request.agent}: ${event.request.reason}`;
    case 'answer':
      return `    answer ${event.answer.outcome}: ${event.answer.why ?? ''}`;
    case 'finding':
      return `    finding ${event.finding.severity} ${event.finding.path ?? ''}:${event.finding.line ?? ''} ${event.finding.message}`;
    case 'gate':
      return `    gate ${event.gate.id} ${event.gate.status}: ${event.gate.summary}${event.gate.findings.map((found) => `\n      ${found.path ?? ''}:${found.line ?? ''} ${found.message}`).join('')}`;
    case 'notice':
      return `    ${event.level}: ${event.message}`;
    case 'cost':
      return null;
    case 'result':
      return `result ${event.status} ${event.verdict ?? '-'} after ${event.cycles} cycles: ${event.reason}\n  changed ${event.filesChanged.join(', ') || 'nothing'}\n  audit ${event.audit.valid ? 'valid' : 'NOT VALID'}`;
  }
}

/** The members of an entry that a reader follows a story by. */
const shown = ['stage', 'agent', 'decision', 'result', 'by', 'reason', 'exit_code', 'verdict', 'window'];

function recorded(entry: AuditEntry): string {
  const metadata = entry.metadata ?? {};
  const details = shown
    .filter((name) => metadata[name] !== undefined && metadata[name] !== null && !(name === 'agent'))
    .map((name) => `${name}=${shortened(String(metadata[name]))}`);
  return `${String(entry.seq).padStart(3)} ${entry.who} ${entry.what} ${entry.where ?? '-'} ${details.join(' ')}`.trimEnd();
}

function shortened(text: string): string {
  const [first = ''] = text.split('\n', 1);
  return text.length === first.length ? first : `${first} …`;
}
