import type { Config } from '../config/config.ts';
import { Failure } from '../base/failure.ts';
import { confirm, unconfirmed } from '../config/trust.ts';
import type { Approver } from '../gateway/approver.ts';
import { agrees } from './agrees.ts';

/**
 * Makes sure that the user has agreed once to what the project's own configuration asks for (addresses, prices, set-up
 * commands). Without an answer nothing runs: a `confirmation_needed` failure lists what it is and how to agree.
 */
export async function confirmWishes(
  lokiHome: string,
  config: Config,
  isTrusted: boolean,
  approver: Approver,
  signal: AbortSignal,
): Promise<void> {
  const open = await unconfirmed(lokiHome, config.confirmations);
  if (open.length === 0) return;
  const list = open.map(({ key, value }) => `${key}: ${value}`).join('; ');
  if (!isTrusted) {
    if (!(await agrees(approver, `This project's configuration asks for ${list}. Agree?`, signal))) {
      throw new Failure(
        'confirmation_needed',
        `the project's configuration asks for what needs your agreement once (${list}): look at it, then run again with --trust`,
      );
    }
  }
  await confirm(lokiHome, open);
}
