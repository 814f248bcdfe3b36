import { exportFormats } from '../../audit/export/exportFormats.ts';
import { Failure } from '../../base/failure.ts';
import type { CliCommand } from '../command.ts';
import { acknowledge } from './acknowledge.ts';
import { anchor } from './anchor.ts';
import type { AuditCommandDeps } from './deps.ts';
import { erase } from './erase.ts';
import { exportEntries } from './export.ts';
import { filterHelp } from './filterOptions.ts';
import { list } from './list.ts';
import { prove } from './prove.ts';
import { rotateKey } from './rotateKey.ts';
import { verify } from './verify.ts';

const usage = [
  'loki audit verify [--strict] [--key KEY]   exit code 0 valid, 1 not, 3 no log or an error',
  'loki audit list [options]     oldest first; every option narrows the list',
  'loki audit export [options]   the same for another program, to the output or a file',
  'loki audit erase --who os:ann --reason R   personal values beside the log, for good',
  'loki audit prove SEQ          a proof that entry SEQ is in the log as it was last signed',
  'loki audit prove --from N     a proof that the first N entries are as they were (--to M: in a signed state)',
  'loki audit anchor             keep the signed state in the places that are configured, now',
  'loki audit acknowledge --reason TEXT   record that you know why a log is gone',
  'loki audit rotate-key         sign with a new key from here on, in all of your logs',
].join('\n');

const options: CliCommand['options'] = [
  ['--strict', 'verify: look at every member of every entry, whatever the size of the log'],
  ['--key KEY', 'verify: the key of the log, as you know it from elsewhere'],
  ['--last N', 'list: the last N entries that fit (default: 50)'],
  ['--all', 'list: all entries that fit'],
  ['--format F', `export: ${[...exportFormats.keys()].join(', ')} (default: jsonl)`],
  ['--out FILE', 'export: to a file instead of the output'],
  ['--limit N', 'the first N entries that fit'],
  ...filterHelp,
  ['--who W', 'erase: of a person as the log names them'],
  ['--text T', 'erase: or values that hold this text'],
  ['--yes', 'erase: without asking'],
  ['--reason TEXT', 'erase, acknowledge: why, for the record; without names of persons'],
  ['--from N', 'prove: the number of entries to begin with'],
  ['--to M', 'prove: the signed number of entries to compare with (default: the last checkpoint)'],
  ['--trust', "anchor: agree to the places that the project's configuration names"],
];

/** `loki audit`: proves and shows what was recorded. Only `anchor`, `acknowledge`, `rotate-key` and `erase` write. */
export function makeAuditCommand(deps: AuditCommandDeps): CliCommand {
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
        case 'acknowledge':
          return await acknowledge(deps, rest, ctx);
        case 'rotate-key':
          return await rotateKey(deps, rest, ctx);
        case 'anchor':
          return await anchor(deps, rest, ctx);
        case 'export':
          return await exportEntries(deps, rest, ctx);
        case 'erase':
          return await erase(deps, rest, ctx);
        default:
          throw new Failure(
            'usage',
            'say what to do with the audit log: loki audit verify, list, export, prove, anchor, erase, acknowledge or rotate-key; see --help',
          );
      }
    },
  };
}
