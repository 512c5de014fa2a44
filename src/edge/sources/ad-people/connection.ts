// A bound connection to one domain controller over LDAPS for the time of one reading: the first address that answers.
import { connect as connectTls } from 'node:tls';
import { Client, ResultCodeError } from 'ldapts';
import { Problem } from '../../../base/problem.ts';
import type { Secret } from '../../../base/secret.ts';
import { sourceAway } from '../../../core/directory/index.ts';

export interface DirectoryAccess {
  /** `ldaps://host[:port]`, in the order in which they are tried. */
  readonly addresses: readonly string[];
  readonly bindName: string;
  readonly password: Secret<string>;
  /** PEM certificates that vouch for it; absent: those of the operating system. */
  readonly anchors?: readonly string[] | undefined;
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
  /** For one answer. */
  readonly answerWithinMs: number;
}

const invalidCredentials = 49;

/** A failure in words that name nobody. */
export const asAway = (cause: unknown): Problem => {
  if (cause instanceof Problem) return cause;
  return cause instanceof ResultCodeError
    ? sourceAway(`LDAP result ${cause.code}`)
    : sourceAway(cause instanceof Error ? cause.message : 'no answer', cause);
};

/** Rejects with a `Problem` when none of them takes the hub in. The caller ends it. */
export async function openDirectory(access: DirectoryAccess): Promise<Client> {
  const failures: string[] = [];
  for (const url of access.addresses)
    try {
      return await bindTo(url, access);
    } catch (cause) {
      if (cause instanceof ResultCodeError && cause.code === invalidCredentials)
        throw sourceAway('it does not take the name and password that the hub has for it', cause);
      failures.push(`${url}: ${cause instanceof Error ? cause.message : 'no answer'}`);
    }
  throw sourceAway(failures.join('; '));
}

async function bindTo(url: string, access: DirectoryAccess): Promise<Client> {
  let connected = false;
  const client = new Client({
    url,
    timeout: access.answerWithinMs,
    connectTimeout: access.answerWithinMs,
    tlsOptions: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(access.anchors === undefined ? {} : { ca: [...access.anchors] }),
      ...access.client,
    },
    // A connection that broke is not made again behind our back: the new one would be nobody's, and see what nobody sees.
    createSecureConnection: ((...given: Parameters<typeof connectTls>) => {
      if (connected) throw sourceAway('the connection ended');
      connected = true;
      return connectTls(...given);
    }) as typeof connectTls,
  });
  try {
    await client.bind(access.bindName, access.password.reveal());
    return client;
  } catch (cause) {
    await client.unbind().catch(() => undefined);
    throw cause;
  }
}
