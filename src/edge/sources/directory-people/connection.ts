// A bound connection to one directory over LDAPS for the time of one reading: the first address that answers.
import { type Client, ResultCodeError } from 'ldapts';
import { Problem } from '../../../base/problem.ts';
import type { Secret } from '../../../base/secret.ts';
import { sourceAway } from '../../../core/directory/index.ts';

export interface DirectoryAccess {
  /** `ldaps://host[:port]`, in the order in which they are tried. */
  readonly addresses: readonly string[];
  readonly bindName: string;
  readonly password: Secret<string>;
  /** LDAPS and nothing else: the certificate is checked, it connects once, and time and octets are bounded. */
  readonly connect: (url: string, answerWithinMs: number) => Client;
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
  const client = access.connect(url, access.answerWithinMs);
  try {
    await client.bind(access.bindName, access.password.reveal());
    return client;
  } catch (cause) {
    await client.unbind().catch(() => undefined);
    throw cause;
  }
}
