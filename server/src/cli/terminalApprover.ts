import { createInterface } from 'node:readline/promises';
import type { ApprovalAnswer, ApprovalRequest } from '#protocol/approval';
import { visible } from '#protocol/visible';
import type { Approver } from '../gateway/approver.ts';
import { approvalCard, batchCard } from './approvalCard.ts';
import { collectBatches } from './collectBatches.ts';
import { readAnswer, readBatchAnswer } from './readApproval.ts';
import type { Style } from './style.ts';

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly style: Style;
  /** Who sits there, as recorded: `os:<login>`. */
  readonly person: string;
}

/**
 * Asks the person at the terminal, one thing at a time. Only an explicit letter approves; Enter, Ctrl-D or anything else
 * does not. Questions of one step come as one list, to be answered together or one by one.
 */
export function createTerminalApprover({ input, output, style, person }: Terminal): Approver {
  const question = async (text: string, signal: AbortSignal): Promise<string | null> => {
    const lines = createInterface({ input, output });
    const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
    try {
      return await Promise.race([lines.question(text, { signal }), closed]);
    } catch {
      return null;
    } finally {
      lines.close();
    }
  };
  const askOne = async (request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> => {
    output.write(approvalCard(request, style));
    const pattern = request.pattern === undefined ? '' : '/p';
    const said = await question(`  Approve once? [y/t${pattern}/N, or n and a reason for the agent] `, signal);
    return readAnswer(said, request, person);
  };
  const askAll = async (
    requests: readonly ApprovalRequest[],
    signal: AbortSignal,
  ): Promise<readonly ApprovalAnswer[]> => {
    const [first] = requests;
    if (requests.length === 1 && first !== undefined) return [await askOne(first, signal)];
    output.write(batchCard(requests, style));
    const said = await question(
      `  Approve all ${requests.length} once? [y/i/N, or n and a reason for the agent] `,
      signal,
    );
    const together = readBatchAnswer(said, person);
    if (together !== 'one by one') return requests.map(() => together);
    const answers: ApprovalAnswer[] = [];
    for (const request of requests) answers.push(await askOne(request, signal));
    return answers;
  };
  return {
    decide: collectBatches(askAll),
    reply: async (asked, signal) => {
      output.write(`\n${style.warn('An agent asks:')} ${visible(asked)}\n`);
      return await question('  Your answer: ', signal);
    },
  };
}
