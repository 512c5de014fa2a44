// A host of revocation lists and a responder over HTTP, each path as a test asks: right, slow, giant, or gone.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readOcspRequest } from '../../src/base/x509/index.ts';

/** What a path answers: octets, never, more than anybody takes, or nothing there. */
export type ListAnswer = Buffer | 'slow' | 'giant' | 'gone';

export class ListHost {
  readonly lists = new Map<string, ListAnswer>();
  /** Answers a question to the responder; its nonce is the argument. */
  answering: (nonce: Buffer | undefined) => Buffer = () => Buffer.alloc(0);
  /** Paths that were asked for, in order; `/ocsp` is the responder. */
  readonly asked: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      this.asked.push(path);
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (path === '/ocsp') {
          const reading = readOcspRequest(Buffer.concat(parts));
          const der = this.answering(reading.ok ? reading.request.nonce : undefined);
          response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end(der);
          return;
        }
        const answer = this.lists.get(path) ?? 'gone';
        if (answer === 'gone') response.writeHead(404).end();
        else if (answer === 'giant') response.writeHead(200, { 'content-length': 64 * 1024 * 1024 }).flushHeaders();
        else if (answer !== 'slow') response.writeHead(200).end(answer);
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
