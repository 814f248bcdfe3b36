import { decisionKind } from '#protocol/policy';
import { Failure } from '../../base/failure.ts';
import type { CliCommand } from '../command.ts';
import type { AuditCommandDeps } from './deps.ts';
import { acknowledge } from './acknowledge.ts';
import { anchor } from './anchor.ts';
import { list } from './list.ts';
import { prove } from './prove.ts';
import { rotateKey } from './rotateKey.ts';
import { verify } from './verify.ts';

const usage = [
  'loki audit verify [--strict] [--key KEY]   exit code 0 valid, 1 not, 3 no log or an error',
  'loki audit list [options]     oldest first; every option narrows the list',
  'loki audit prove SEQ          a proof that entry SEQ is in the log as it was last signed',
  'loki audit prove --from N     a proof that the first N entries are as they were (--to M: in a signed state)',
  'loki audit anchor             keep the signed state in the places that are configured, now',
  'loki audit acknowledge --reason TEXT   record that you know why a log is gone',
  'loki audit rotate-key         sign with a new key from here on, in all of your logs',
].join('\n');

const options: CliCommand['options'] = [
  ['--strict', 'verify: look at every member of every entry, whatever the size of the log'],
  ['--key KEY', 'verify: the key of the log, as you know it from elsewhere'],
  ['--last N', 'the last N entries (default: 50)'],
  ['--all', 'all entries'],
  ['--task ID', 'of one task'],
  ['--run ID', 'of one run'],
  ['--agent NAME', 'of one agent, or of whoever acted: loki, os:ann'],
  ['--what KIND', 'of one kind, such as file_write, command or gate'],
  ['--decision D', decisionKind.options.join(', ')],
  ['--text T', 'that mention a text anywhere'],
  ['--reason TEXT', 'acknowledge: why the log is gone, for whoever asks later'],
  ['--from N', 'prove: the number of entries to begin with'],
  ['--to M', 'prove: the signed number of entries to compare with (default: the last checkpoint)'],
  ['--trust', "anchor: agree to the places that the project's configuration names"],
];

/** `loki audit`: proves and shows what was recorded; only `anchor`, `acknowledge` and `rotate-key` write. */
export function makeAuditCommand(deps: AuditCommandDeps): CliCommand {
  return {
    name: 'audit',
    usage,
    options,
    summary: 'Verify the audit log, list what it holds, or prove what it says',
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
          throw new Failure(
            'usage',
            `loki audit ${verb} is not part of this version yet; loki audit verify, list, prove and anchor are`,
          );
        default:
          throw new Failure(
            'usage',
            `say what to do with the audit log: loki audit verify, list, prove or anchor; see --help`,
          );
      }
    },
  };
}
