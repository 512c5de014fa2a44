// One connection a login, to the first controller that answers, bound as the hub: name and password are then asked of the same one.
import type { EpochMs } from '../../../base/clock.ts';
import type { PasswordDomain, Provider } from '../../../core/catalogue/index.ts';
import type { DirectoryPasswordPorts, LdapClient } from './ports.ts';
import { codeOf, invalidCredentials } from './sub-code.ts';

export type DomainProvider = Provider & { readonly domain: PasswordDomain };

export type Reached =
  | { readonly kind: 'reached'; readonly client: LdapClient }
  /** For the trail: what each controller said. No word in it comes from who logs in. */
  | { readonly kind: 'away'; readonly why: readonly string[] };

/** A controller that did not answer is asked last for so long. */
const restMs = 30_000;
/** A password of the hub's that a domain does not take is not sent again for so long: it would lock the hub out. */
const refusedMs = 15 * 60_000;

export function reacher({ connect, openSecret }: Pick<DirectoryPasswordPorts, 'connect' | 'openSecret'>) {
  const restsUntil = new Map<string, EpochMs>();
  const refused = new WeakMap<PasswordDomain, EpochMs>();

  return async ({ id, domain }: DomainProvider, now: EpochMs): Promise<Reached> => {
    if ((refused.get(domain) ?? 0) > now)
      return { kind: 'away', why: ['the domain did not take the name and password that the hub has for it'] };
    const secret = openSecret(id, domain.sealedPassword);
    if (secret === undefined || secret.reveal() === '')
      return { kind: 'away', why: ['its sealed password cannot be opened: apply its record again'] };
    const rests = (url: string): boolean => (restsUntil.get(url) ?? 0) > now;
    const inOrder = [...domain.controllers].sort((a, b) => Number(rests(a)) - Number(rests(b)));
    const why: string[] = [];
    for (const url of inOrder) {
      const client = connect(url, domain.tlsAuthorities);
      try {
        await client.bind(domain.bindName, secret.reveal());
        restsUntil.delete(url);
        return { kind: 'reached', client };
      } catch (cause) {
        await client.unbind().catch(() => undefined);
        why.push(`${url}: ${cause instanceof Error ? cause.message.slice(0, 200) : 'no answer'}`);
        if (codeOf(cause) === invalidCredentials) {
          // The next controller knows the same password.
          refused.set(domain, now + refusedMs);
          return { kind: 'away', why };
        }
        restsUntil.set(url, now + restMs);
      }
    }
    return { kind: 'away', why };
  };
}
