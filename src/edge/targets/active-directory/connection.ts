// One bound connection to a directory over LDAPS: made when it is needed, to the first controller that answers, given up when it fails.
import type { Client } from 'ldapts';
import { Problem } from '../../../base/problem.ts';
import type { Secret } from '../../../base/secret.ts';
import { reachWords } from './reach-words.ts';
import { codeOf, resultCodes } from './refusal.ts';

export interface DirectoryAccess {
  /** `ldaps://host[:port]`, in the order in which they are tried. */
  readonly controllers: readonly string[];
  readonly bindName: string;
  readonly password: Secret<string>;
  /** LDAPS and nothing else: the controller's certificate is checked, it connects once, and time and octets are bounded. */
  readonly client: (url: string) => Client;
}

/** Pieces of work that one connection has under way: a directory does them in turn, and time counts from the sending. */
const atOnce = 8;

export interface DirectoryConnection {
  /** Does work on a bound connection. A refusal by the directory is thrown as ldapts has it; what is no answer, as a `Problem`. */
  readonly use: <Answer>(work: (client: Client) => Promise<Answer>) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

export function openConnection(access: DirectoryAccess): DirectoryConnection {
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
    const client = access.client(url);
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
