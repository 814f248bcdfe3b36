import { exportFormats } from '../../audit/export/exportFormats.ts';
import { Failure } from '../../base/failure.ts';
import type { CliCommand } from '../command.ts';
import { erase, type EraseDeps } from './erase.ts';
import { exportEntries } from './export.ts';
import { filterHelp } from './filterOptions.ts';
import { list } from './list.ts';
import { prove } from './prove.ts';
import { verify } from './verify.ts';

const usage = [
  'loki audit verify             exit code 0 intact, 1 not, 3 no log or an error',
  'loki audit list [options]     oldest first; every option narrows the list',
  'loki audit export [options]   the same for another program, to the output or a file',
  'loki audit erase --who os:ann --reason R   personal values beside the log, for good',
  'loki audit prove SEQ          a proof that entry SEQ is in the log as it was last signed',
  'loki audit prove --from N [--to M]   a proof that the first N entries are the beginning of those signed at M, or last',
].join('\n');

const options: CliCommand['options'] = [
  ['--last N', 'list: the last N entries that fit (default: 50)'],
  ['--all', 'list: all entries that fit'],
  ['--format F', `export: ${[...exportFormats.keys()].join(', ')} (default: jsonl)`],
  ['--out FILE', 'export: to a file instead of the output'],
  ['--limit N', 'the first N entries that fit'],
  ...filterHelp,
  ['--who W', 'erase: of a person as the log names them'],
  ['--reason R', 'erase: why, for the record; without the name of the person'],
  ['--yes', 'erase: without asking'],
  ['--from N', 'prove: the number of entries to begin with'],
  ['--to M', 'prove: the signed number of entries to compare with (default: the last checkpoint)'],
];

/** `loki audit`: proves and shows what was recorded. Only `erase` writes, and only ever adds to the log. */
export function makeAuditCommand(deps: EraseDeps): CliCommand {
  return {
    name: 'audit',
    usage,
    options,
    summary: 'Verify the audit log, list, export or prove what it says, or erase what is personal',
    run: async (args, ctx) => {
      const [verb, ...rest] = args;
      switch (verb) {
        case 'verify':
          return await verify(deps, rest, ctx);
        case 'list':
          return await list(deps, rest, ctx);
        case 'prove':
          return await prove(deps, rest, ctx);
        case 'export':
          return await exportEntries(deps, rest, ctx);
        case 'erase':
          return await erase(deps, rest, ctx);
        default:
          throw new Failure(
            'usage',
            `say what to do with the audit log: loki audit verify, list, export, prove or erase; see --help`,
          );
      }
    },
  };
}
