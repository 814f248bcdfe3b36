import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { cosign, aKey } from '../unit/audit/note/aKey.ts';

// A witness as C2SP tlog-witness describes it, on the loopback device. It shares no code with what it checks but the
// making of keys: notes, checkpoints and consistency proofs are read here once more, from the specification.

export interface WitnessServer {
  readonly url: string;
  /** Its verifier key. */
  readonly vkey: string;
  /** The latest state of each log, by origin. */
  readonly latest: Map<string, { readonly size: number; readonly root: Buffer }>;
  /** What was asked, and how it was answered. */
  readonly requests: { readonly body: string; readonly status: number }[];
  /** When it cosigns, in seconds; it must never stand still for a witness, but for tests it may. */
  seconds: number;
  close(): Promise<void>;
}

type Answer = readonly [status: number, body: string, contentType?: string];

/** A witness that knows these logs: origin and raw public key. */
export async function startWitness(logs: ReadonlyMap<string, Buffer>): Promise<WitnessServer> {
  const own = aKey('witness.example/w1', 'cosignature');
  const requests: WitnessServer['requests'] = [];
  const latest: WitnessServer['latest'] = new Map();
  const server = createServer((request, response) => {
    void take(request, response);
  });

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const isKnown = request.method === 'POST' && request.url === '/witness/add-checkpoint';
    const [status, answer, contentType = 'text/plain']: Answer = isKnown ? add(body) : [404, 'no such page\n'];
    requests.push({ body, status });
    response.writeHead(status, { 'content-type': contentType }).end(answer);
  }

  function add(body: string): Answer {
    const cut = body.indexOf('\n\n');
    const [first = '', ...proofLines] = body.slice(0, cut).split('\n');
    const old = /^old (0|[1-9][0-9]*)$/.exec(first)?.[1];
    const note = body.slice(cut + 2);
    const [signed = '', signatures = ''] = note.split('\n\n');
    const [origin = '', sizeText = '', rootText = ''] = signed.split('\n');
    if (cut === -1 || old === undefined || !/^(0|[1-9][0-9]*)$/.test(sizeText) || proofLines.length > 63)
      return [400, 'bad request\n'];
    const key = logs.get(origin);
    if (key === undefined) return [404, 'unknown log\n'];
    if (!isSigned(origin, key, `${signed}\n`, signatures)) return [403, 'bad signature\n'];
    const [oldSize, size] = [Number(old), Number(sizeText)];
    const root = Buffer.from(rootText, 'base64');
    if (oldSize > size) return [400, 'the old size is larger\n'];
    const known = latest.get(origin) ?? { size: 0, root: createHash('sha256').digest() };
    if (oldSize !== known.size) return [409, `${known.size}\n`, 'text/x.tlog.size'];
    const proof = proofLines.map((line) => Buffer.from(line, 'base64'));
    const isGood =
      oldSize === 0
        ? proof.length === 0
        : oldSize === size
          ? proof.length === 0 && known.root.equals(root)
          : isProved(oldSize, size, proof, known.root, root);
    if (!isGood) return [422, 'inconsistent\n'];
    latest.set(origin, { size, root });
    const stranger = aKey('witness.example/w2', 'cosignature');
    const lines = [stranger, own].map(({ key: by, privateKey }) =>
      cosign(`${signed}\n`, witness.seconds, by, privateKey),
    );
    return [200, lines.join('')];
  }

  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const data = Buffer.concat([Buffer.of(4), own.key.publicKey]).toString('base64');
  const witness: WitnessServer = {
    url: `http://127.0.0.1:${port}/witness`,
    vkey: `${own.key.name}+${own.key.id}+${data}`,
    latest,
    requests,
    seconds: 1_772_360_500,
    close: async () => {
      const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
      server.close(() => onClosed());
      server.closeAllConnections();
      await closed;
    },
  };
  return witness;
}

/** Whether the log's own key signed; other signatures do not count. */
function isSigned(origin: string, publicKey: Buffer, signed: string, signatures: string): boolean {
  const id = createHash('sha256').update(`${origin}\n`).update(Buffer.of(1)).update(publicKey).digest().subarray(0, 4);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return signatures.split('\n').some((line) => {
    const [dash, name, data = ''] = line.split(' ');
    const bytes = Buffer.from(data, 'base64');
    if (dash !== '—' || name !== origin || !bytes.subarray(0, 4).equals(id)) return false;
    return verify(null, Buffer.from(signed), key, bytes.subarray(4));
  });
}

/** RFC 9162 section 2.1.4.2, step by step. */
function isProved(first: number, second: number, path: readonly Buffer[], root1: Buffer, root2: Buffer): boolean {
  if (path.length === 0) return false;
  const isPower = Number.isInteger(Math.log2(first));
  const [start, ...rest] = isPower ? [root1, ...path] : path;
  if (start === undefined) return false;
  const above = (left: Buffer, right: Buffer): Buffer =>
    createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [fn >> 1, sn >> 1];
  let [fr, sr] = [start, start];
  for (const node of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [above(node, fr), above(node, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else {
      sr = above(sr, node);
    }
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return sn === 0 && fr.equals(root1) && sr.equals(root2);
}
