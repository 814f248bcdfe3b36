import type { AuditEntry } from '#protocol/audit';
import { exportFormats } from '../../../../server/src/audit/export/exportFormats.ts';

export const logId = '00112233445566778899aabbccddeeff';

/** An entry like those of a run. */
export function anEntry(change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    seq: 41,
    timestamp: '2026-03-01T10:20:30.456Z',
    who: 'implementer',
    what: 'file_write',
    where: 'src/greet.ts',
    why: 'Add a greeting',
    metadata: {
      task_id: 'task-1',
      run_id: 'run-1',
      phase: 'act',
      agent: 'implementer',
      swarm: 'engineering',
      stage: 'decision',
      action_id: 'act-9',
      decision: 'DENY',
      result: 'refused',
      reason: 'outside allowed_paths',
      rules: [{ rule: 'allowed-paths', decision: 'DENY' }],
      duration_ms: 12,
      cost_usd: 0.25,
      input_tokens: 100,
      output_tokens: 20,
    },
    previousHash: 'a'.repeat(64),
    hash: 'b'.repeat(64),
    ...change,
  };
}

/** The whole of an export of some entries. */
export function exported(format: string, ...entries: readonly AuditEntry[]): string {
  const { head, entry: print } = exportFormats.get(format) ?? { head: '', entry: () => '' };
  const source = { version: '1.2.3', logId };
  return head + entries.map((entry) => print({ entry, line: JSON.stringify(entry) }, source)).join('');
}

/** Characters that must never reach a reader raw: they end records, turn text around, or move a cursor. */
export const deceiving =
  // eslint-disable-next-line no-control-regex -- That there are none is what is tested.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

/** Texts as an attacker would have them recorded. */
export const hostileTexts: readonly string[] = [
  'a\nb',
  'a\r\nCEF:0|Evil|Evil|1|1|forged|10|',
  'a|b',
  'a=b act=ALLOW',
  String.raw`back\slash`,
  String.raw`ends in a backslash\ `.trim(),
  '"quoted", and a comma',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  '＝1+1',
  "'=1+1",
  'left\u202eto right\u2066',
  'clear\u001b[2J\u009b31m\u0000',
  'line\u2028separator',
  '\ud800 alone',
  '\ufdd0\u{1fffe}',
  '  spaces  ',
  '',
];
