import { visibleLine } from '#protocol/visible';
import type { Config } from '../config/config.ts';
import { serviceConfirmation } from '../config/confirmations.ts';
import { confirm, unconfirmed } from '../config/trust.ts';
import { isServiceDenied } from '../policy/serviceStart.ts';
import { redactSecrets } from '../scan/redact.ts';
import type { ServiceSettings } from '../tools/services/settings.ts';
import { agrees } from './agrees.ts';
import type { Audience } from './world.ts';

/**
 * Of the MCP servers that a project defines, those that the user has agreed to start. What is new is asked about once;
 * without a yes those servers stay away and the run goes on without them.
 */
export async function confirmServices(
  lokiHome: string,
  config: Pick<Config, 'services' | 'serviceProblems' | 'policy'>,
  isTrusted: boolean,
  { approver, tell }: Audience,
  signal: AbortSignal,
): Promise<readonly ServiceSettings[]> {
  for (const message of config.serviceProblems) tell({ type: 'notice', level: 'warning', message });
  const wanted = config.services.filter(({ name }) => !isServiceDenied(name, config.policy));
  const open = await unconfirmed(lokiHome, wanted.map(serviceConfirmation));
  if (open.length === 0) return wanted;
  const list = await redactSecrets(open.map(({ key, value }) => visibleLine(`${key}: ${value}`, 4000)).join('; '));
  const question = `This project defines MCP servers, which are programs or addresses that agents could use: ${list}. Agree to start them?`;
  if (isTrusted || (await agrees(approver, question, signal))) {
    await confirm(lokiHome, open);
    return wanted;
  }
  const message = `MCP servers that you have not agreed to are not started (${list}); look at them, then run again with --trust`;
  tell({ type: 'notice', level: 'warning', message });
  return wanted.filter((settings) => !open.some(({ sha256 }) => sha256 === serviceConfirmation(settings).sha256));
}
