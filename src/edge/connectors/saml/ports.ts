// What the connector needs from the wiring: who we are as a service provider, our keys, and numbers of organisations.
import type { KeyObject } from 'node:crypto';
import type { Random } from '../../../base/ids.ts';
import type { SigningKey } from '../../../base/jose/index.ts';
import type { Provider, SamlUpstream } from '../../../core/catalogue/index.ts';

export type SamlProvider = Provider & { readonly saml: SamlUpstream };

/** The hub as a service provider: one entity towards all identity providers. */
export interface OwnEntity {
  readonly entityId: string;
  /** Where answers come to, by POST. */
  readonly consumerUrl: string;
  /** Where logouts come to and come back to. */
  readonly logoutUrl: string;
}

export interface SamlConnectorPorts {
  readonly random: Random;
  readonly own: OwnEntity;
  /** The key that signs requests; throws a Problem while there is none yet. */
  readonly signingKey: () => SigningKey;
  /** Keys that assertions may be encrypted to, the newest first. */
  readonly decryptionKeys: () => readonly KeyObject[];
  /** National number of an organisation of ours. */
  readonly organisationNumber: (organisation: string) => Promise<string | undefined>;
}
