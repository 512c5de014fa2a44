// A server under measurement as the load sees it: where its endpoints are, its sessions, and connections to it.

import { api, type BenchClient } from './clients.ts';
import { type Connection, formPost, headerOf, openConnection } from './connection.ts';
import { cpuMs, residentMb, type ServerProcess } from './processes.ts';
import { clientAssertion, dpopProof } from './proofs.ts';

export interface Target {
  readonly name: string;
  readonly issuer: string;
  readonly paths: {
    readonly par: string;
    readonly authorize: string;
    readonly token: string;
    readonly introspect: string;
  };
  /** URLs as clients know them, which assertions and proofs name. */
  readonly tokenUrl: string;
  /** Cookie header of the live session of each client's person. */
  readonly cookies: readonly string[];
  readonly connections: readonly Connection[];
  readonly cpuMs: () => number;
  readonly residentMb: () => number;
  stop(): Promise<void>;
}

export const connectionCount = 16;

/** Opens the connections to a started server. */
export async function targetOf(name: string, server: ServerProcess): Promise<Target> {
  const ready = server.ready as {
    readonly port: number;
    readonly issuer: string;
    readonly base: string;
    readonly paths: Target['paths'];
    readonly cookies: readonly string[];
  };
  const connections = await Promise.all(Array.from({ length: connectionCount }, () => openConnection(ready.port)));
  return {
    name,
    issuer: ready.issuer,
    paths: ready.paths,
    tokenUrl: ready.base + ready.paths.token,
    cookies: ready.cookies,
    connections,
    cpuMs: () => cpuMs(server.pid),
    residentMb: () => residentMb(server.pid),
    stop: async () => {
      for (const connection of connections) connection.close();
      await server.stop();
    },
  };
}

export const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

export const assertionFields = (
  client: Pick<BenchClient, 'id' | 'assertionKey'>,
  target: Target,
  more: object = {},
): Record<string, string> => ({
  client_id: client.id,
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: clientAssertion(client.id, client.assertionKey, target.issuer, more),
});

/** The nonce that the server wants in proofs now: it is told in the answer to a proof without one. */
export async function currentNonce(target: Target, client: BenchClient): Promise<string> {
  const [connection] = target.connections;
  const body = form({
    ...assertionFields(client, target),
    grant_type: 'client_credentials',
    scope: api.scope,
    resource: api.audience,
  });
  const proof = dpopProof(client.proofKey, target.tokenUrl, undefined);
  const answer = await connection?.send(formPost(target.paths.token, body, { dpop: proof }));
  const nonce = answer && headerOf(answer, 'dpop-nonce');
  if (nonce === undefined) throw new Error(`${target.name} gave no DPoP nonce: ${answer?.status} ${answer?.body}`);
  return nonce;
}
