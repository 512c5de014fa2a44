// One bound connection to a directory over LDAPS: made when it is needed, to the first controller that answers, given up when it fails.
import { connect as connectTls } from 'node:tls';
import { Client, type ClientOptions } from 'ldapts';
import { Problem } from '../../../base/problem.ts';
import type { Secret } from '../../../base/secret.ts';
import { boundMessages } from './bounded-messages.ts';
import { reachWords } from './reach-words.ts';
import { codeOf, resultCodes } from './refusal.ts';

export interface DirectoryAccess {
  /** `ldaps://host[:port]`, in the order in which they are tried. */
  readonly controllers: readonly string[];
  readonly bindName: string;
  readonly password: Secret<string>;
  /** PEM certificates that vouch for the controllers; absent: those of the operating system. */
  readonly anchors?: string | undefined;
}

export interface DirectoryLimits {
  readonly connectMs: number;
  /** Of one operation. */
  readonly operationMs: number;
}
export const usualDirectoryLimits: DirectoryLimits = { connectMs: 2_000, operationMs: 5_000 };
/** Pieces of work that one connection has under way: a directory does them in turn, and time counts from the sending. */
const atOnce = 8;

export interface DirectoryConnection {
  /** Does work on a bound connection. A refusal by the directory is thrown as ldapts has it; what is no answer, as a `Problem`. */
  readonly use: <Answer>(work: (client: Client) => Promise<Answer>) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** LDAPS and nothing else: the certificate is always checked, by name and by who vouches for it, and TLS is 1.2 or newer. */
export function clientOptions(url: string, anchors: string | undefined, limits: DirectoryLimits): ClientOptions {
  const { protocol } = new URL(url);
  if (protocol !== 'ldaps:')
    throw new Problem({ kind: 'invalid', code: 'internal', detail: `${protocol} is not LDAPS` });
  let connected = false;
  return {
    url,
    // A connection that broke is not made again behind our back: the new one would be nobody's, and see what nobody sees.
    createSecureConnection: ((...given: Parameters<typeof connectTls>) => {
      if (connected) throw away('the connection ended');
      connected = true;
      return boundMessages(connectTls(...given));
    }) as typeof connectTls,
    connectTimeout: limits.connectMs,
    timeout: limits.operationMs,
    tlsOptions: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(anchors === undefined ? {} : { ca: anchors }),
    },
  };
}

export function openConnection(access: DirectoryAccess, limits: DirectoryLimits): DirectoryConnection {
  let bound: Promise<Client> | undefined;
  let underWay = 0;
  const waiting: (() => void)[] = [];

  async function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (underWay >= atOnce) await new Promise<void>((begin) => waiting.push(begin));
    else underWay += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes this place over.
      const next = waiting.shift();
      if (next === undefined) underWay -= 1;
      else next();
    }
  }

  async function bindTo(url: string): Promise<Client> {
    const client = new Client(clientOptions(url, access.anchors, limits));
    try {
      await client.bind(access.bindName, access.password.reveal());
      return client;
    } catch (cause) {
      await client.unbind().catch(() => undefined);
      throw cause;
    }
  }

  async function connect(): Promise<Client> {
    const failures: string[] = [];
    for (const url of access.controllers) {
      try {
        return await bindTo(url);
      } catch (cause) {
        // The next controller knows the same password: asking all of them would lock the account out.
        if (codeOf(cause) === resultCodes.invalidCredentials)
          throw away(
            'it does not take the name and password that the hub has for it: see `bindName` and `passwordFile`',
            cause,
          );
        failures.push(`${url}: ${reachWords(cause)}`);
      }
    }
    throw away(failures.join('; '));
  }

  async function drop(client: Client): Promise<void> {
    bound = undefined;
    await client.unbind().catch(() => undefined);
  }

  async function use<Answer>(work: (client: Client) => Promise<Answer>): Promise<Answer> {
    bound ??= connect();
    const mine = bound;
    let client: Client;
    try {
      client = await mine;
    } catch (cause) {
      if (bound === mine) bound = undefined;
      throw cause;
    }
    try {
      return await work(client);
    } catch (cause) {
      const refused = codeOf(cause) !== undefined || (cause instanceof Problem && cause.kind !== 'unavailable');
      if (refused) throw cause;
      if (bound === mine) await drop(client);
      throw cause instanceof Problem ? cause : away(cause instanceof Error ? cause.message : 'no answer', cause);
    }
  }

  return {
    use: (work) => inTurn(() => use(work)),
    async close() {
      const client = await bound?.catch(() => undefined);
      bound = undefined;
      await client?.unbind().catch(() => undefined);
    },
  };
}

const away = (detail: string, cause?: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the directory: ${detail}`, cause });
