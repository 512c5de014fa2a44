// A directory over LDAPS in a test's hands, octet by octet: takes any bind, and answers each search as it is told.

import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { certificate, newKey, pem } from '../certificates.ts';

/** A BER value with its tag (X.690 8.1). */
export function ber(tag: number, ...content: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from([tag, 0x84, 0, 0, 0, 0]), body]).fill(lengthOf(body.length), 2, 6);
}
const lengthOf = (length: number): Buffer => {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(length);
  return octets;
};

const [sequence, setOf, octets, integer, enumerated] = [0x30, 0x31, 0x04, 0x02, 0x0a];
const message = (id: number, content: Buffer): Buffer => ber(sequence, ber(integer, Buffer.from([id])), content);
const result = (tag: number, code: number): Buffer =>
  ber(tag, ber(enumerated, Buffer.from([code])), ber(octets), ber(octets));

/** RFC 4511 4.5.2. */
export const searchEntry = (id: number, name: string, values: Readonly<Record<string, string>>): Buffer =>
  message(
    id,
    ber(
      0x64,
      ber(octets, name),
      ber(
        sequence,
        ...Object.entries(values).map(([attribute, value]) =>
          ber(sequence, ber(octets, attribute), ber(setOf, ber(octets, value))),
        ),
      ),
    ),
  );
export const searchDone = (id: number, code = 0): Buffer => message(id, result(0x65, code));

export type RawDirectory = Awaited<ReturnType<typeof startRawDirectory>>;

export async function startRawDirectory() {
  const root = certificate('Raw directory', newKey(), undefined);
  const own = certificate('localhost', newKey(), root, ['localhost']);
  const sockets = new Set<TLSSocket>();
  const state = {
    binds: 0,
    /** The name in the certificate that the last one showed. */
    shown: undefined as string | undefined,
    search: (_socket: TLSSocket, _id: number): void => undefined,
  };
  const options = { key: pem(own.key), cert: own.pem, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, (socket) => {
    sockets.add(socket);
    state.shown = [socket.getPeerCertificate().subject?.CN].flat()[0];
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    // Requests are short, and come one at a time: tag, length, then the id as an integer of one octet.
    socket.on('data', (part: Buffer) => {
      const at = part.indexOf(Buffer.from([integer, 1]), 1);
      const [id = 0, kind = 0] = [part[at + 2], part[at + 3]];
      if (kind === 0x60) {
        state.binds += 1;
        socket.write(message(id, result(0x61, 0)));
      } else if (kind === 0x63) state.search(socket, id);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `ldaps://localhost:${(server.address() as AddressInfo).port}`,
    root: root.pem,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
