import type { BudgetShown } from '#protocol/cost';
import type { Finding, GateResult } from '#protocol/gate';
import { isWarning } from '#protocol/policy';
import type { RunEvent, RunEventOf, RunResult } from '#protocol/run';
import { tokenWords } from '#protocol/tokenWords';
import { visible, visibleLine } from '#protocol/visible';
import { amountWords, countedAmount } from '../cost/budgetUnit.ts';
import { nextSteps, type Invocation } from './nextSteps.ts';
import type { Style } from './style.ts';

/** Draws what a run tells as lines for a terminal: phases, agents, each action with what was decided, gates, money. */
export function drawProgress(
  style: Style,
  write: (text: string) => void,
  invoke: Invocation,
): (event: RunEvent) => void {
  const line = (text: string): void => write(`${text}\n`);
  let stoppedBy: BudgetShown | null = null;
  return (event) => {
    switch (event.type) {
      case 'started':
        for (const text of headerOf(style, event)) line(text);
        break;
      case 'phase':
        line('');
        line(style.bold(`Cycle ${event.cycle} of ${event.maxCycles} · ${phaseTitles[event.phase]}`));
        break;
      case 'agent':
        if (event.state === 'started') line(`  ${event.agent}`);
        else if (event.state === 'stopped') line(style.warn(`    stopped: ${visible(event.summary ?? '')}`));
        break;
      case 'said':
        line(style.dim(`    “${visibleLine(event.text, 160)}”`));
        break;
      case 'action': {
        const text = actionLine(style, event);
        if (text !== null) line(text);
        for (const warning of warningsOf(event)) line(style.warn(`      ! ${visibleLine(warning, 200)}`));
        break;
      }
      case 'finding':
        line(`    ${style.warn('!')} ${findingLine(event.finding)}`);
        break;
      case 'gate':
        line(`    ${gateLine(style, event.gate)}`);
        break;
      case 'notice':
        if (event.budget?.state === 'limit') stoppedBy = event.budget;
        line(event.level === 'warning' ? style.warn(`    ${visible(event.message)}`) : `    ${visible(event.message)}`);
        break;
      case 'answer':
        line(answerLine(style, event));
        break;
      case 'approval':
      case 'cost':
        break;
      case 'result':
        for (const text of summaryOf(style, event, nextSteps(event, stoppedBy, invoke), invoke)) line(text);
        break;
    }
  };
}

const phaseTitles = { reason: 'Reason', act: 'Act', reflect: 'Reflect', verify: 'Verify' } as const;

function headerOf(style: Style, event: RunEventOf<'started'>): readonly string[] {
  const model = event.simulated
    ? style.warn(`${event.provider} (scripted: the words are a recording, everything else is real)`)
    : `${event.provider} ${event.model}`;
  const likelyUsd = event.estimate?.likelyUsd ?? null;
  const likely = likelyUsd === null ? '' : `likely $${likelyUsd.toFixed(2)}, `;
  // The day or the month may leave less than the task's own limit. One that is cut off would be another limit.
  const worst = event.estimate?.worstUsd ?? event.limitUsd;
  const limit = worst === null ? 'no limit set' : `at most ${amountWords('usd', countedAmount('usd', worst))}`;
  const confined =
    event.confinement.kind === 'none'
      ? style.bad(`NOT CONFINED: ${event.confinement.detail}. Commands run with your own rights`)
      : style.good(`${event.confinement.kind}: ${event.confinement.detail.split(';')[0] ?? ''}`);
  return [
    `${style.bold('Task')}      ${visibleLine(event.task, 100)}`,
    `${style.bold('Model')}     ${model}`,
    `${style.bold('Starts at')} ${startOf(event)}`,
    `${style.bold('Branch')}    ${event.branch}`,
    `${style.bold('Commands')}  ${confined}`,
    `${style.bold('Budget')}    ${likely}${limit}${event.simulated ? ' (simulated money)' : ''}`,
  ];
}

/** What the run starts from, and what became of the work that is not committed yet. */
function startOf({ start }: RunEventOf<'started'>): string {
  const place = `${start.branch ?? 'a detached HEAD'} at ${start.commit.slice(0, 8)}`;
  if (start.uncommitted === 0) return place;
  const files = `${start.uncommitted} uncommitted ${start.uncommitted === 1 ? 'file' : 'files'}`;
  return start.isIncluded
    ? `${place}, with ${files}`
    : `${place}; ${files} left out (--include-changes takes them along)`;
}

function actionLine(style: Style, event: RunEventOf<'action'>): string | null {
  if (event.action?.kind === 'finish' || event.action?.kind === 'report_finding') return null;
  const title = visibleLine(event.title, 90);
  const reason = event.reason === null ? '' : visibleLine(event.reason, 160);
  switch (event.state) {
    case 'running':
      return null;
    case 'done':
      return `    ${style.good('✓')} ${title}`;
    case 'failed':
      return `    ${style.warn('✗')} ${title} ${style.dim(visibleLine(lastTelling(event.reason ?? ''), 90))}`;
    case 'refused':
      return `    ${style.bad('⊘')} ${title} ${style.bad(`refused: ${reason}`)}`;
    case 'denied':
      return `    ${style.bad('⊘')} ${title} ${style.bad(`denied by a person${reason === '' ? '' : `: ${reason}`}`)}`;
    case 'expired':
      return `    ${style.bad('⊘')} ${title} ${style.bad(`not approved: ${reason}`)}`;
    case 'awaiting':
      return `    ${style.warn('?')} ${title} ${style.warn(`needs approval: ${reason}`)}`;
    case 'invalid':
      return `    ${style.bad('⊘')} ${title} ${style.bad(`not understood: ${reason}`)}`;
    case 'cancelled':
      return `    ${style.warn('■')} ${title} cancelled`;
  }
}

/** What a policy warned about while it let the action happen, told once, when the action is through. */
function warningsOf({ state, rules }: RunEventOf<'action'>): readonly string[] {
  if (state !== 'done' && state !== 'failed') return [];
  return rules.filter(isWarning).map(({ rule, reason }) => `warning of ${rule}: ${reason}`);
}

function answerLine(style: Style, { answer }: RunEventOf<'answer'>): string {
  const why = answer.why === null ? '' : `: ${visibleLine(answer.why, 120)}`;
  if (answer.outcome === 'expired') return style.bad(`      nobody approved it${why}`);
  const by = visibleLine(answer.by, 60);
  return answer.outcome === 'approved'
    ? style.good(`      approved by ${by}${why}`)
    : style.bad(`      denied by ${by}${why}`);
}

/** The line of a command's output that tells most: the first that speaks of failure, else the last. */
function lastTelling(output: string): string {
  const lines = output.split('\n').filter((text) => text.trim() !== '');
  return lines.find((text) => /\b(fail|error|not ok)/i.test(text)) ?? lines.at(-1) ?? '';
}

function gateLine(style: Style, gate: GateResult): string {
  const mark = gate.status === 'passed' ? style.good('✓') : gate.status === 'failed' ? style.bad('✗') : style.warn('?');
  return `${mark} gate ${gate.id} ${gate.status}${gate.isRequired ? '' : ' (optional)'}: ${visibleLine(gate.summary, 140)}`;
}

function findingLine(finding: Finding): string {
  const place = finding.path === null ? '' : `${finding.path}${finding.line === null ? '' : `:${finding.line}`} `;
  return `[${finding.severity}] ${visibleLine(`${place}${finding.message}`, 160)} (${finding.source})`;
}

function summaryOf(style: Style, result: RunResult, next: readonly string[], invoke: Invocation): readonly string[] {
  const paint = result.verdict === 'VERIFIED' ? style.good : result.verdict === 'CONCERNS' ? style.warn : style.bad;
  const heading = result.status === 'finished' ? (result.verdict ?? 'finished') : result.status.toUpperCase();
  const spent = `$${result.costUsd.toFixed(4)}${result.simulated ? ' simulated' : ''}, tokens ${tokenWords(result.tokens)}`;
  const audit = `${result.audit.entries} entries, ${result.audit.valid ? 'chain valid' : style.bad(`CHAIN NOT VALID, see ${invoke.loki('audit verify')}`)}`;
  const files = result.filesChanged.length === 0 ? 'none' : result.filesChanged.map((file) => visible(file)).join(', ');
  const confined = result.confinement.kind === 'none' ? style.bad('NOT CONFINED') : result.confinement.kind;
  return [
    '',
    `${style.bold(paint(heading))}  ${visible(result.reason)}`,
    ...result.gates.flatMap((gate) => [
      `  ${gateLine(style, gate)}`,
      ...(gate.status === 'passed' ? [] : gate.findings.slice(0, 5).map((found) => `      ${findingLine(found)}`)),
    ]),
    ...result.findings.map((finding) => `  ${style.warn('!')} ${findingLine(finding)}`),
    `  Changed   ${files}`,
    `  Spend     ${spent}`,
    `  Audit     ${audit}`,
    `  Commands  ${confined}`,
    ...next.map((text, index) => `  ${index === 0 ? 'Next      ' : '          '}${text}`),
  ];
}
