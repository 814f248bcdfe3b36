import { connect } from 'node:net';

/** Whether something listens at the host and port of an address, found out by connecting: nothing is sent. */
export async function isListening(address: string, withinMs: number): Promise<boolean> {
  const { hostname, port, protocol } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  return await new Promise<boolean>((resolve) => {
    const socket = connect({ host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(withinMs, end(false));
    socket.once('connect', end(true)).once('error', end(false));
  });
}
