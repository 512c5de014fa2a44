// Stands between the hub and a directory: LDAPS on both sides, each message seen, and let through, held, answered or broken as a test says.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type AddressInfo, createServer as createPlainServer } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { publicKeyDer, toPem, writeCertificate, writeExtension, writeName } from '../../src/base/x509/index.ts';

export type LdapOperation = 'bind' | 'search' | 'modify' | 'add' | 'delete' | 'modifyDN' | 'other';
export const writes: readonly LdapOperation[] = ['modify', 'add', 'delete', 'modifyDN'];

const operations: Readonly<Record<number, LdapOperation>> = {
  96: 'bind',
  99: 'search',
  102: 'modify',
  104: 'add',
  74: 'delete',
  108: 'modifyDN',
};

export interface LdapRequest {
  readonly operation: LdapOperation;
  readonly id: number;
  readonly octets: Buffer;
  /** Answers it in the directory's place; it is told nothing. */
  readonly answer: (octets: Buffer) => void;
  /** Ends the connection, with the hub and with the directory. */
  readonly cut: () => void;
}

export interface LdapProxy {
  readonly url: string;
  /** PEM of who vouches for it, when it was not told a certificate. */
  readonly anchors: string;
  /** Called for each request; `false`: it is not passed on. Replaceable. */
  onRequest: (request: LdapRequest) => boolean | Promise<boolean>;
  /** Called for each answer of the directory; what it gives is passed on. */
  onAnswer: (answer: Buffer, operation: LdapOperation) => Buffer | undefined | Promise<Buffer | undefined>;
  readonly stop: () => Promise<void>;
}

export interface ProxyCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that vouches for itself: for 127.0.0.1 and until tomorrow, unless said otherwise. */
export function selfSigned({
  names = { ip: ['127.0.0.1'] },
  notAfter = Date.now() + 86_400_000,
}: {
  readonly names?: { readonly ip?: readonly string[]; readonly dns?: readonly string[] };
  readonly notAfter?: number;
} = {}): ProxyCertificate {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = publicKeyDer(privateKey);
  const name = writeName([['2.5.4.3', 'Test proxy']]);
  const der = writeCertificate(
    {
      serial: randomBytes(8).fill(1, 0, 1),
      issuer: name,
      subject: name,
      notBefore: notAfter - 2 * 86_400_000,
      notAfter,
      publicKey,
      extensions: [
        writeExtension.basicConstraints(true),
        writeExtension.keyUsage(['digitalSignature', 'keyCertSign']),
        writeExtension.subjectKeyId(publicKey),
        writeExtension.subjectAltName(names),
      ],
    },
    privateKey,
  );
  return { cert: toPem(der), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Length of the BER element at `at` with its head; undefined while that is not known. */
function elementLength(octets: Buffer): number | undefined {
  const first = octets[1];
  if (first === undefined) return undefined;
  if (first < 0x80) return first + 2;
  const count = first & 0x7f;
  if (octets.length < 2 + count) return undefined;
  return octets.readUIntBE(2, count) + 2 + count;
}

/** Cuts a stream into whole messages, each handed on before the next is looked at. */
function inMessages(take: (message: Buffer) => Promise<void>): (chunk: Buffer) => void {
  let kept = Buffer.alloc(0);
  let turn = Promise.resolve();
  return (chunk) => {
    kept = Buffer.concat([kept, chunk]);
    for (
      let length = elementLength(kept);
      length !== undefined && kept.length >= length;
      length = elementLength(kept)
    ) {
      const message = Buffer.from(kept.subarray(0, length));
      kept = kept.subarray(length);
      turn = turn.then(() => take(message)).catch(() => undefined);
    }
  };
}

/** Message id and operation (RFC 4511 4.1.1): SEQUENCE { INTEGER, [APPLICATION n] … }. */
function headOf(message: Buffer): { readonly id: number; readonly tag: number } {
  const first = message[1] ?? 0;
  const at = first < 0x80 ? 2 : 2 + (first & 0x7f);
  const idLength = message[at + 1] ?? 1;
  return { id: message.readUIntBE(at + 2, idLength), tag: message[at + 2 + idLength] ?? 0 };
}

const element = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([Buffer.from([tag, 0x84]), length, content]);
};
const integer = (value: number): Buffer => {
  const octets = Buffer.alloc(4);
  octets.writeInt32BE(value);
  return element(2, octets);
};

const answerTags: Readonly<Record<LdapOperation, number>> = {
  bind: 97,
  search: 101,
  modify: 103,
  add: 105,
  delete: 107,
  modifyDN: 109,
  other: 120,
};

/** A result (RFC 4511 4.1.9) to a request. */
export const resultOf = ({ id, operation }: Pick<LdapRequest, 'id' | 'operation'>, code: number, text = ''): Buffer =>
  element(
    0x30,
    integer(id),
    element(answerTags[operation], element(10, Buffer.from([code])), element(4), element(4, Buffer.from(text))),
  );

export async function startLdapProxy(target: {
  /** `ldaps://…` of the directory. */
  readonly url: string;
  readonly anchors: string;
  readonly certificate?: ProxyCertificate;
}): Promise<LdapProxy> {
  const certificate = target.certificate ?? selfSigned();
  const sockets = new Set<TLSSocket>();
  const keep = (socket: TLSSocket): TLSSocket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer({ cert: certificate.cert, key: certificate.key });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  const proxy: LdapProxy = {
    url: `ldaps://127.0.0.1:${port}`,
    anchors: certificate.cert,
    onRequest: () => true,
    onAnswer: (answer) => answer,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  server.on('tlsClientError', () => undefined);
  server.on('secureConnection', (hub) => {
    keep(hub);
    const directory = keep(connect({ host: new URL(target.url).hostname, port: 636, ca: target.anchors }));
    const cut = (): void => {
      hub.destroy();
      directory.destroy();
    };
    hub.once('close', cut);
    directory.once('close', cut);
    const asked = new Map<number, LdapOperation>();
    hub.on(
      'data',
      inMessages(async (octets) => {
        const { id, tag } = headOf(octets);
        const operation = operations[tag] ?? 'other';
        asked.set(id, operation);
        const answer = (own: Buffer): void => void hub.write(own);
        if ((await proxy.onRequest({ operation, id, octets, answer, cut })) && !directory.destroyed)
          directory.write(octets);
      }),
    );
    directory.on(
      'data',
      inMessages(async (octets) => {
        const passed = await proxy.onAnswer(octets, asked.get(headOf(octets).id) ?? 'other');
        if (passed !== undefined && !hub.destroyed) hub.write(passed);
      }),
    );
  });
  return proxy;
}

/** A port that takes connections and says nothing. */
export async function startSilence(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const server = createPlainServer((socket) => void socket.on('error', () => undefined).resume());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return {
    url: `ldaps://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
