import type { CostGrouping } from '#protocol/cost';
import { costGrouping } from '#protocol/cost';
import { Failure } from '../base/failure.ts';
import { lokiHome } from '../base/lokiHome.ts';
import { focusCharges } from '../cost/focusCharges.ts';
import { focusCsv } from '../cost/focusCsv.ts';
import { projectPath } from '../cost/projectPath.ts';
import { costDetails, costReport } from '../cost/report.ts';
import type { CliCommand } from './command.ts';
import { costTable } from './costTable.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';

type Format = 'table' | 'json' | 'focus';

const groupings = costGrouping.options.join(', ');
const formats = 'table, json or focus';

/** `loki cost`: what the runs of a workspace have spent. Reads the ledger and never creates or changes it. */
export const costCommand: CliCommand = {
  name: 'cost',
  summary: 'Show what runs have spent, by task, day, agent, phase, model or provider',
  usage: 'loki cost [--by task|day|agent|phase|model|provider] [--format table|json|focus]',
  options: [
    ['--by WHAT', 'one row for each task (default), day, agent, phase, model or provider'],
    [
      '--format F',
      'table (default), json (the same as --json), or focus: CSV for FinOps tools, in its own finest rows',
    ],
  ],
  run: async (args, ctx) => {
    const { values, positionals } = readOptions(args, {
      by: { type: 'string', takes: groupings },
      format: { type: 'string', takes: formats },
    });
    refuseMore('loki cost', positionals);
    const by = groupingOf(values.by ?? 'task');
    const format = formatOf(values.format, values.json === true);
    const home = lokiHome(ctx.env);
    const query = { by, project: projectPath(workspaceOf(values, ctx)) };
    if (format === 'focus') ctx.print(focusCsv(focusCharges(home, query.project)));
    else if (format === 'json') ctx.print(`${JSON.stringify(costReport(home, query))}\n`);
    else ctx.print(costTable(query, costDetails(home, query)));
    return 0;
  },
};

function groupingOf(by: string): CostGrouping {
  const parsed = costGrouping.safeParse(by);
  if (parsed.success) return parsed.data;
  throw new Failure('usage', `--by takes ${groupings}, not ${JSON.stringify(by)}`);
}

function formatOf(format: string | undefined, isJson: boolean): Format {
  if (format === undefined) return isJson ? 'json' : 'table';
  if (format !== 'table' && format !== 'json' && format !== 'focus') {
    throw new Failure('usage', `--format takes ${formats}, not ${JSON.stringify(format)}`);
  }
  if (format !== 'json' && isJson) throw new Failure('usage', `--json and --format ${format} contradict each other`);
  return format;
}
