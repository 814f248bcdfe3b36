import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  type Connection,
  type MessageReader,
  type MessageWriter,
} from 'vscode-languageserver/node';
import { createConnection } from 'vscode-languageserver';

/** Both ends of what a client and a server say to each other. */
export interface Transport {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

/** What the connection asks of the process around it. */
export interface ProcessLife {
  /** The other end is gone, or has asked to end: let go of everything, then end with this code. Called once at least. */
  end(code: number): void;
}

const lookForParentMs = 3000;

/**
 * A connection whose end is in our hands: the library would end the process at once when the other side goes away, with
 * the commands of a run still working.
 */
export function openConnection({ reader, writer }: Transport, life: ProcessLife): Connection {
  return createConnection(
    (logger) => {
      const protocol = createProtocolConnection(reader, writer, logger);
      protocol.onClose(() => life.end(1));
      return protocol;
    },
    {
      shutdownReceived: false,
      initialize: ({ processId }) => {
        if (processId !== null) watchParent(processId, life);
      },
      exit: (code) => life.end(code),
    },
    ProposedFeatures.all,
  );
}

/** The transport that the client has started this process for: an IPC channel (`--node-ipc`), else standard streams. */
export function processTransport(argv: readonly string[]): Transport {
  if (argv.includes('--node-ipc')) {
    return { reader: new IPCMessageReader(process), writer: new IPCMessageWriter(process) };
  }
  return { reader: new StreamMessageReader(process.stdin), writer: new StreamMessageWriter(process.stdout) };
}

function watchParent(processId: number, life: ProcessLife): void {
  const timer = setInterval(() => {
    try {
      process.kill(processId, 0);
    } catch {
      clearInterval(timer);
      life.end(1);
    }
  }, lookForParentMs);
  timer.unref();
}
