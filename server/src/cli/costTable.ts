import type { CostRow } from '#protocol/cost';
import { visible, visibleLine } from '#protocol/visible';
import type { CostDetails, CostQuery } from '../cost/report.ts';

/** The spending of a workspace for people, without colours: it is piped as often as read. Simulated money is marked. */
export function costTable({ by, project }: CostQuery, details: CostDetails): string {
  const lines = [`Spending of ${visible(project)}`, ''];
  if (details.rows.length === 0) lines.push(...emptyState(details));
  else lines.push(...table(by, details), '', ...totals(details));
  lines.push(...notes(details));
  return `${lines.join('\n')}\n`;
}

function emptyState({ otherProjects }: CostDetails): readonly string[] {
  const lines = ['Nothing has been spent here: no model request of this workspace has been settled yet.'];
  if (otherProjects.length > 0) {
    const shown = otherProjects.slice(0, 5).map((project) => `  ${visible(project)}`);
    const more = otherProjects.length > 5 ? [`  and ${otherProjects.length - 5} more`] : [];
    lines.push('', 'These have spent something (loki cost --workspace DIR):', ...shown, ...more);
  }
  return lines;
}

function table(by: string, { rows }: CostDetails): readonly string[] {
  const cells = rows.map(cellsOf);
  const header = [by, 'cost', 'input', 'output', 'calls', ''];
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .slice(0, -1)
      .concat(row.at(-1) ?? '')
      .join('  ')
      .trimEnd();
  return [lineOf(header), ...cells.map(lineOf)];
}

function cellsOf(row: CostRow): readonly string[] {
  const tokens = (count: number | null): string => (count === null ? 'unmeasured' : grouped(count));
  return [
    visibleLine(row.key, 60),
    usd(row.costUsd),
    tokens(row.inputTokens),
    tokens(row.outputTokens),
    grouped(row.calls),
    row.simulated ? 'simulated' : '',
  ];
}

function totals({ rows, totalUsd, simulatedUsd }: CostDetails): readonly string[] {
  const hasSimulated = rows.some(({ simulated }) => simulated);
  return [
    `Total      ${usd(totalUsd)}`,
    ...(hasSimulated ? [`Simulated  ${usd(simulatedUsd)}  (scripted models at real prices: nobody charges this)`] : []),
  ];
}

function notes({ rows, held }: CostDetails): readonly string[] {
  const unmeasured = rows.reduce((sum, row) => sum + (row.unmeasuredCalls ?? 0), 0);
  const lines: string[] = [];
  if (unmeasured > 0) {
    lines.push(
      '',
      `${calls(unmeasured)} came back without usage: each is counted with everything that was reserved for it, and its tokens are unknown.`,
    );
  }
  if (held.calls > 0) {
    const simulated = held.simulatedUsd > 0 ? ` and ${usd(held.simulatedUsd)} simulated` : '';
    lines.push(
      '',
      `Not in these numbers: ${usd(held.realUsd)}${simulated} reserved for ${calls(held.calls)} under way or left open by a process that ended.`,
    );
  }
  return lines;
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${grouped(count)} calls`;
}

/** All six decimals, so that rows add up to their total under a reader's eyes. */
function usd(amount: number): string {
  return `$${amount.toFixed(6)}`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
