import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { JSONRPCMessageSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ServedProcess } from '../../sandbox/confinement.ts';

/** One message, and so one line, may have this many bytes; a server that says more at once is not listened to. */
const maxLineBytes = 8 * 1024 * 1024;
/** What a server has not read of our words. */
const maxUnreadBytes = 16 * 1024 * 1024;
/** Lines that are no messages are passed over (servers print greetings), but not for ever. */
const maxGarbageLines = 1000;

/** The SDK's transport over a process that we have started in our own way. Closing it stops the process. */
export function processTransport(served: ServedProcess, onFault: (reason: string) => void): Transport {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let garbage = 0;
  let isClosed = false;

  const transport: Transport = {
    start: async () => {
      served.output.on('data', take);
      void untilEnded();
    },
    send: async (message) => {
      if (isClosed || served.input.destroyed) throw new Error('the server has ended');
      // A server that does not read must not hold us up: its answer is waited for with a time-out, the writing is not.
      if (served.input.writableLength > maxUnreadBytes) {
        fail('it does not read what it is told');
        throw new Error('the server has ended');
      }
      served.input.write(`${JSON.stringify(message)}\n`);
    },
    close: async () => {
      end();
      await served.stop();
    },
  };
  return transport;

  async function untilEnded(): Promise<void> {
    const reason = await served.ended;
    // What we have ended ourselves is no fault.
    if (!isClosed) onFault(reason);
    end();
  }

  function take(chunk: Buffer): void {
    let rest = chunk;
    for (let at = rest.indexOf(10); at !== -1; at = rest.indexOf(10)) {
      const line = Buffer.concat([...waiting, rest.subarray(0, at)]).toString('utf8');
      waiting = [];
      waitingBytes = 0;
      rest = rest.subarray(at + 1);
      takeLine(line);
    }
    waiting.push(rest);
    waitingBytes += rest.length;
    if (waitingBytes > maxLineBytes) fail(`it said more than ${maxLineBytes / 1024 / 1024} MiB in one message`);
  }

  function takeLine(line: string): void {
    if (isClosed || line.trim() === '') return;
    const message = readMessage(line);
    if (message !== null) transport.onmessage?.(message);
    else if ((garbage += 1) > maxGarbageLines) fail('it says too much that is no message');
  }

  function fail(reason: string): void {
    if (isClosed) return;
    waiting = [];
    onFault(reason);
    void served.stop();
    end();
  }

  function end(): void {
    if (isClosed) return;
    isClosed = true;
    served.output.removeListener('data', take);
    transport.onclose?.();
  }
}

function readMessage(line: string): JSONRPCMessage | null {
  try {
    return JSONRPCMessageSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
