import type { Finding, GateResult, Severity } from '#protocol/gate';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
};

/** The findings of gates as a SARIF 2.1.0 document, as code hosts and editors read it. */
export function sarifOf(gates: readonly GateResult[], version: string): string {
  const findings = gates.flatMap((gate) => gate.findings);
  const rules = [...new Set(findings.map(ruleId))].sort().map((id) => ({ id, shortDescription: { text: id } }));
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Loki', semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: gates.every((gate) => gate.status === 'passed' || gate.status === 'failed'),
            toolExecutionNotifications: gates
              .filter((gate) => gate.status === 'inconclusive' || gate.status === 'skipped')
              .map((gate) => ({ level: 'warning', message: { text: `${gate.id}: ${gate.summary}` } })),
          },
        ],
        results: findings.map(resultOf),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const ruleId = (finding: Finding): string => `${finding.source}/${finding.rule}`;

function resultOf(finding: Finding) {
  const { path, line } = finding;
  const locations =
    path === null
      ? []
      : [
          {
            physicalLocation: {
              artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/') },
              ...(line !== null && line > 0 && { region: { startLine: line } }),
            },
          },
        ];
  return {
    ruleId: ruleId(finding),
    level: levels[finding.severity],
    message: { text: finding.message },
    locations,
    partialFingerprints: { 'lokiFinding/v1': finding.id },
  };
}
