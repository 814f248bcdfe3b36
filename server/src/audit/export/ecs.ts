import type { ExportFormat } from './exportFormat.ts';
import { factsOf, numberIn, type Facts, type Weight } from './facts.ts';
import { plainJson } from './plainJson.ts';

// Elastic Common Schema 8.17. Categories and types are from its closed lists, and only in the pairs that it expects. What
// it has no field for is under `loki`, a name that is not one of the schema's.

const severities: Readonly<Record<Weight, number>> = { usual: 2, asked: 4, refused: 6, alarming: 8 };

export const ecs: ExportFormat = {
  head: '',
  entry: ({ entry }, { version, logId }) => {
    const { seq, timestamp, who, what, where, why, metadata, previousHash, hash } = entry;
    const facts = factsOf(entry);
    const durationMs = numberIn(metadata, 'duration_ms');
    const rules = ruleNames(metadata?.['rules']);
    return `${plainJson({
      // A date that Elasticsearch cannot read would make it refuse the document; the log's own words stay below.
      '@timestamp': new Date(facts.timeMs ?? 0).toISOString(),
      ecs: { version: '8.17.0' },
      event: {
        kind: 'event',
        ...categoryOf(facts),
        action: facts.what,
        outcome: facts.outcome,
        severity: severities[facts.weight],
        module: 'loki',
        dataset: 'loki.audit',
        provider: 'loki',
        id: `${logId}:${seq}`,
        sequence: seq,
        hash,
        ...(facts.reason === null ? {} : { reason: facts.reason }),
        ...(durationMs === null ? {} : { duration: Math.round(durationMs * 1_000_000) }),
      },
      ...(why === null || why === '' ? {} : { message: why }),
      service: { name: 'loki', type: 'loki', version },
      ...(facts.person === null ? {} : { user: { name: facts.person }, related: { user: [facts.person] } }),
      ...(rules.length === 0 ? {} : { rule: { name: rules } }),
      ...subjectOf(facts, where),
      loki: { timestamp, who, what, where, metadata, previous_hash: previousHash },
    })}\n`;
  },
};

function categoryOf({ what, subject, stage }: Facts): { readonly category: string[]; readonly type: string[] } {
  if (subject === 'file') {
    const type =
      what === 'file_delete' ? 'deletion' : what === 'file_write' || what === 'file_edit' ? 'change' : 'access';
    return { category: ['file'], type: [type] };
  }
  if (subject === 'address' || what === 'model_call') return { category: ['network'], type: ['access'] };
  if (what === 'configuration' || what.startsWith('audit_')) return { category: ['configuration'], type: ['info'] };
  if (what === 'run_start' || what === 'run_resume') return { category: ['process'], type: ['start'] };
  if (what === 'run_end') return { category: ['process'], type: ['end'] };
  const type = subject !== 'command' ? 'info' : stage === 'intent' ? 'start' : stage === 'outcome' ? 'end' : 'info';
  return { category: ['process'], type: [type] };
}

function subjectOf({ subject }: Facts, where: string | null): object {
  if (where === null || where === '') return {};
  if (subject === 'file') return { file: { path: where } };
  if (subject === 'command') return { process: { command_line: where } };
  return subject === 'address' ? { url: { original: where } } : {};
}

function ruleNames(rules: unknown): readonly string[] {
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule: unknown) => {
    const name = typeof rule === 'object' && rule !== null && 'rule' in rule ? rule.rule : null;
    return typeof name === 'string' ? [name] : [];
  });
}
