// What the connector needs of others: LDAPS with the certificate checked, sealed passwords, and the count of failed tries.
import type { Client } from 'ldapts';
import type { Secret } from '../../../base/secret.ts';
import type { Network } from '../../../core/catalogue/index.ts';
import type { LoginThrottle } from '../../../core/directory/index.ts';

/** One connection to one controller. It is never made again by itself: what follows a bind would be asked by nobody. */
export type LdapClient = Pick<Client, 'bind' | 'search' | 'unbind'>;

export interface DirectoryPasswordPorts {
  /** LDAPS and nothing else: the controller's certificate is checked by name and by these authorities, and time is bounded. */
  readonly connect: (controller: string, authorities: readonly string[]) => LdapClient;
  /** The hub's own password there; undefined when it cannot be opened. */
  readonly openSecret: (provider: string, sealed: string) => Secret<string> | undefined;
  readonly throttle: Pick<LoginThrottle, 'ask' | 'succeeded'>;
  readonly networkOf: (address: string) => Network | undefined;
  readonly newId: () => string;
}
