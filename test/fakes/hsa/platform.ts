// The national platform in a test's hands: answers from a register, takes right requests alone, and misbehaves as it is told to.
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { XmlDocument } from 'libxml2-wasm';
import { certificate, newKey, pem } from '../certificates.ts';
import { answerOf, escaped } from './answers.ts';
import { openContract } from './contract.ts';
import type { Register } from './people.ts';

export const logicalAddress = 'SE165565594230-1000';

export interface PlatformRequest {
  readonly path: string;
  readonly interaction: string;
  readonly body: string;
  /** Common name of the certificate that was shown. */
  readonly client: string;
  /** Number of the connection that it came over. */
  readonly connection: number;
}

export type Platform = Awaited<ReturnType<typeof startPlatform>>;

const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/';
export const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${soapNamespace}"><soap:Body>${body}</soap:Body></soap:Envelope>`;
export const soapFault = (code: string, words: string): string =>
  envelope(`<soap:Fault><faultcode>soap:${code}</faultcode><faultstring>${escaped(words)}</faultstring></soap:Fault>`);

export async function startPlatform(register: Register) {
  const root = certificate('Test platform', newKey(), undefined);
  const own = certificate('localhost', newKey(), root, ['localhost']);
  const clients = certificate('Function certificates', newKey(), undefined);
  const shown = certificate('hub', newKey(), clients);
  const contract = openContract();
  const connections = new Map<unknown, number>();
  const state = {
    asked: [] as PlatformRequest[],
    /** What is wrong with our own answers: none may be. */
    faults: [] as string[],
    register,
    /** Takes a request over: true when it answered it, or will not. */
    behave: undefined as ((request: PlatformRequest, response: ServerResponse) => boolean) | undefined,
  };

  const reply = (response: ServerResponse, status: number, text: string): void => {
    response.writeHead(status, { 'content-type': 'text/xml; charset=UTF-8' }).end(text);
  };

  /** The message of a right request; else what is wrong with it. */
  function messageOf(headers: Record<string, unknown>, path: string, text: string): { xml: string } | string {
    if (!/^text\/xml\b/.test(String(headers['content-type']))) return 'content type';
    const document = XmlDocument.fromString(text);
    try {
      const names = { s: soapNamespace, r: 'urn:riv:itintegration:registry:1' };
      const address = document.get('/s:Envelope/s:Header/r:LogicalAddress', names);
      if (address?.content !== logicalAddress) return 'logical address';
      const message = document.get('/s:Envelope/s:Body/*', names);
      const xml = /<soapenv:Body>([\s\S]+)<\/soapenv:Body>/.exec(text)?.[1];
      if (message === null || xml === undefined) return 'no message';
      const { name, namespaceUri } = message as unknown as { name: string; namespaceUri: string };
      if (headers.soapaction !== `"${namespaceUri}:${name}"`) return 'soapAction';
      const [, domain, , version] =
        /^urn:riv:infrastructure:directory:(\w+):(\w+)Responder:(\d)$/.exec(namespaceUri) ?? [];
      if (path !== `/vp/infrastructure/directory/${domain}/${name}/${version}/rivtabp21`) return 'path';
      const fault = contract.fault(xml);
      return fault === undefined ? { xml } : `not by the contract: ${fault}`;
    } finally {
      document.dispose();
    }
  }

  const server = createServer(
    { key: pem(own.key), cert: own.pem, ca: [clients.pem], requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      if (!connections.has(socket)) connections.set(socket, connections.size + 1);
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts).toString('utf8');
        const path = request.url ?? '';
        const one: PlatformRequest = {
          path,
          interaction: path.split('/')[5] ?? '',
          body,
          client: socket.getPeerCertificate().subject.CN as string,
          connection: connections.get(socket) ?? 0,
        };
        state.asked.push(one);
        if (state.behave?.(one, response)) return;
        const message = messageOf(request.headers, path, body);
        if (typeof message === 'string') return reply(response, 500, soapFault('Client', message));
        const answer = answerOf(state.register, message.xml);
        const fault = contract.fault(answer);
        if (fault !== undefined) state.faults.push(fault);
        reply(response, 200, envelope(answer));
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `https://localhost:${(server.address() as AddressInfo).port}/vp`,
    /** PEM of who vouches for it. */
    root: root.pem,
    client: { cert: shown.pem, key: pem(shown.key) },
    reply,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      contract.dispose();
    },
  });
}
