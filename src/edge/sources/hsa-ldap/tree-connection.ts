// One bound connection to HSA's tree over LDAPS: made when it is needed, to the first address that answers, given up when it fails.
import { type Client, ResultCodeError } from 'ldapts';
import { Problem } from '../../../base/problem.ts';
import type { Secret } from '../../../base/secret.ts';
import { sourceAway } from '../../../core/directory/index.ts';

/**
 * LDAPS and nothing else: the certificate is checked, it connects once, and no message is giant. `watch` is told how many octets came,
 * and ends the connection by saying why.
 */
export type TreeClient = (
  url: string,
  limits: { readonly connectMs: number; readonly operationMs: number },
  watch: (octets: number) => string | undefined,
) => Client;

export interface TreeAccess {
  /** `ldaps://host[:port]`, in the order in which they are tried. */
  readonly addresses: readonly string[];
  readonly bindName: string;
  readonly password: Secret<string>;
  readonly connect: TreeClient;
  /** For a whole look-up, the making of the connection included. */
  readonly answerWithinMs: number;
}

export interface TreeConnection {
  /** Does a look-up on a bound connection, in bounded time and size. Rejects with a `Problem` for whatever is no answer. */
  readonly lookUp: <Answer>(work: (client: Client) => Promise<Answer>) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** What one look-up may bring over the connection. */
const mostBytes = 1024 * 1024;
const invalidCredentials = 49;

interface Bound {
  readonly client: Client;
  /** Octets that came since no look-up was under way. */
  received: number;
}

export function openTree(access: TreeAccess): TreeConnection {
  const { addresses, answerWithinMs } = access;
  let bound: Promise<Bound> | undefined;
  let underWay = 0;

  async function bindTo(url: string): Promise<Bound> {
    // One that is silent leaves time for those after it.
    const limits = { connectMs: Math.ceil(answerWithinMs / addresses.length), operationMs: answerWithinMs };
    const client = access.connect(url, limits, (octets) => {
      mine.received += octets;
      return mine.received > mostBytes * Math.max(1, underWay)
        ? `an answer of more than ${mostBytes} bytes`
        : undefined;
    });
    const mine: Bound = { client, received: 0 };
    try {
      await client.bind(access.bindName, access.password.reveal());
      return mine;
    } catch (cause) {
      await client.unbind().catch(() => undefined);
      throw cause;
    }
  }

  async function connect(): Promise<Bound> {
    const failures: string[] = [];
    for (const url of addresses) {
      try {
        return await bindTo(url);
      } catch (cause) {
        if (cause instanceof ResultCodeError && cause.code === invalidCredentials)
          throw sourceAway('it does not take the name and password that the hub has for it', cause);
        failures.push(`${url}: ${cause instanceof Error ? cause.message : 'no answer'}`);
      }
    }
    throw sourceAway(failures.join('; '));
  }

  async function drop(mine: Promise<Bound>): Promise<void> {
    if (bound === mine) bound = undefined;
    const found = await mine.catch(() => undefined);
    await found?.client.unbind().catch(() => undefined);
  }

  async function lookUp<Answer>(work: (client: Client) => Promise<Answer>): Promise<Answer> {
    bound ??= connect();
    const mine = bound;
    underWay += 1;
    try {
      return await within(
        mine.then((found) => {
          if (underWay === 1) found.received = 0;
          return work(found.client);
        }),
        answerWithinMs,
      );
    } catch (cause) {
      // A refusal comes over a connection that works.
      if (!(cause instanceof ResultCodeError)) void drop(mine);
      if (cause instanceof Problem) throw cause;
      // Its own words may name whom it was asked for.
      throw cause instanceof ResultCodeError
        ? sourceAway(`LDAP result ${cause.code}`)
        : sourceAway(cause instanceof Error ? cause.message : 'no answer', cause);
    } finally {
      underWay -= 1;
    }
  }

  return {
    lookUp,
    async close() {
      if (bound !== undefined) await drop(bound);
    },
  };
}

async function within<Answer>(work: Promise<Answer>, ms: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(sourceAway(`no whole answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
