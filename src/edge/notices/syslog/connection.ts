// A connection to a log collector: bytes out over TCP, TLS or UDP, answered when they have left this process.
import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { octetCounted } from '../../../core/audit/index.ts';

export interface FeedAddress {
  readonly protocol: 'tcp' | 'tls' | 'udp';
  readonly host: string;
  readonly port: number;
  /** PEM certificates that a TLS collector's chain may end in; absent means the system's. */
  readonly ca?: string | undefined;
}

export interface FeedConnection {
  /** Sends messages in order; answers when the system has taken them all, fails when the connection is gone. */
  send(messages: readonly Buffer[]): Promise<void>;
  /** False once the other side has closed or an error came. */
  alive(): boolean;
  close(): void;
}

const connectTimeoutMs = 5000;
/** RFC 5426 3.2: receivers should take 2048 octets; ours are cut at what any datagram holds. */
const largestDatagram = 65_000;

/** Reads `tcp://host:port`, `tls://host:port` or `udp://host:port`; undefined when it is none. */
export function parseFeedAddress(text: string, ca?: string): FeedAddress | undefined {
  const [, protocol, host, port] = /^(tcp|tls|udp):\/\/(\[[0-9a-f:.]+\]|[^/:[\]]+):(\d{1,5})$/i.exec(text) ?? [];
  if (protocol === undefined || host === undefined || Number(port) > 65_535) return undefined;
  return {
    protocol: protocol.toLowerCase() as FeedAddress['protocol'],
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
    ca,
  };
}

/** Connects; fails after five seconds. */
export function connectFeed(address: FeedAddress): Promise<FeedConnection> {
  return address.protocol === 'udp' ? connectUdp(address) : connectStream(address);
}

function connectStream({ protocol, host, port, ca }: FeedAddress): Promise<FeedConnection> {
  return new Promise((resolve, reject) => {
    const ready = protocol === 'tls' ? 'secureConnect' : 'connect';
    const socket: Socket =
      protocol === 'tls'
        ? connectTls({
            host,
            port,
            // RFC 6066 3: a server name is never an address.
            ...(isIP(host) ? {} : { servername: host }),
            minVersion: 'TLSv1.2',
            ...(ca === undefined ? {} : { ca }),
          })
        : connectTcp({ host, port });
    const timer = setTimeout(() => socket.destroy(new Error('connect timeout')), connectTimeoutMs);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    socket.once(ready, () => {
      clearTimeout(timer);
      socket.setKeepAlive(true, 30_000);
      // A collector says nothing; reading is what lets us see it close.
      socket.resume();
      resolve(streamConnection(socket));
    });
    socket.once('close', () => clearTimeout(timer));
  });
}

function streamConnection(socket: Socket): FeedConnection {
  let gone = false;
  socket.on('error', () => undefined);
  const end = () => {
    gone = true;
    socket.destroy();
  };
  socket.once('end', end);
  socket.once('close', end);
  return {
    alive: () => !gone && !socket.destroyed,
    close: end,
    send: (messages) =>
      new Promise((resolve, reject) => {
        const lost = () => reject(new Error('connection lost'));
        if (gone) return lost();
        socket.once('close', lost);
        socket.write(Buffer.concat(messages.map(octetCounted)), (error) => {
          socket.off('close', lost);
          if (error) reject(error);
          else resolve();
        });
      }),
  };
}

function connectUdp({ host, port }: FeedAddress): Promise<FeedConnection> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    let gone = false;
    socket.once('error', reject);
    socket.connect(port, host, () => {
      socket.on('error', () => {
        gone = true;
      });
      const sendOne = (message: Buffer) =>
        new Promise<void>((sent, failed) => {
          socket.send(message.subarray(0, largestDatagram), (error) => (error ? failed(error) : sent()));
        });
      resolve({
        alive: () => !gone,
        close: () => {
          gone = true;
          socket.close();
        },
        send: async (messages) => {
          for (const message of messages) await sendOne(message);
        },
      });
    });
  });
}
