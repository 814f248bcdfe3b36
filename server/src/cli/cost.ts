import type { CostGrouping } from '#protocol/cost';
import { costGrouping } from '#protocol/cost';
import { Failure } from '../base/failure.ts';
import { lokiHome } from '../base/lokiHome.ts';
import { projectPath } from '../cost/projectPath.ts';
import { costDetails, costReport } from '../cost/report.ts';
import type { CliCommand } from './command.ts';
import { costTable } from './costTable.ts';
import { readOptions, refuseMore, workspaceOf } from './options.ts';

/** `loki cost`: what the runs of a workspace have spent. Reads the ledger and never creates or changes it. */
export const costCommand: CliCommand = {
  name: 'cost',
  summary: 'Show what runs have spent, by task, day, agent, model or provider',
  usage: 'loki cost [--by task|day|agent|model|provider] [--format table|json]',
  options: [
    ['--by WHAT', 'one row for each task (default), day, agent, model or provider'],
    ['--format F', 'table (default) or json, which is the same as --json'],
  ],
  run: async (args, ctx) => {
    const { values, positionals } = readOptions(args, { by: { type: 'string' }, format: { type: 'string' } });
    refuseMore('loki cost', positionals);
    const by = groupingOf(values.by ?? 'task');
    const format = formatOf(values.format, values.json === true);
    const home = lokiHome(ctx.env);
    const query = { by, project: projectPath(workspaceOf(values, ctx)) };
    if (format === 'json') ctx.print(`${JSON.stringify(costReport(home, query))}\n`);
    else ctx.print(costTable(query, costDetails(home, query)));
    return 0;
  },
};

function groupingOf(by: string): CostGrouping {
  const parsed = costGrouping.safeParse(by);
  if (parsed.success) return parsed.data;
  throw new Failure('usage', `--by takes ${costGrouping.options.join(', ')}, not ${JSON.stringify(by)}`);
}

function formatOf(format: string | undefined, isJson: boolean): 'table' | 'json' {
  if (format === 'focus') {
    throw new Failure('usage', 'this version of Loki does not write the focus format yet; use --format json or table');
  }
  if (format === undefined) return isJson ? 'json' : 'table';
  if (format !== 'table' && format !== 'json') {
    throw new Failure('usage', `--format takes table or json, not ${JSON.stringify(format)}`);
  }
  if (format === 'table' && isJson) throw new Failure('usage', '--json and --format table contradict each other');
  return format;
}
