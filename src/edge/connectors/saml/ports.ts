// What the connector needs from the wiring: who we are as a service provider, our keys, and numbers of organisations.
import type { KeyObject } from 'node:crypto';
import type { EpochMs } from '../../../base/clock.ts';
import type { Random } from '../../../base/ids.ts';
import type { SigningKey } from '../../../base/jose/index.ts';
import type { Provider, SamlAnswerBinding, SamlUpstream } from '../../../core/catalogue/index.ts';

export type SamlProvider = Provider & { readonly saml: SamlUpstream };

/** The hub as a service provider: one entity towards all identity providers. */
export interface OwnEntity {
  readonly entityId: string;
  /** Where answers come to, by POST. */
  readonly consumerUrl: string;
  /** Where artifacts come to, in a form or an address. */
  readonly artifactUrl: string;
  /** Where logouts come to and come back to. */
  readonly logoutUrl: string;
}

/** Our endpoint for answers of a binding. */
export const consumerUrlOf = ({ consumerUrl, artifactUrl }: OwnEntity, binding: SamlAnswerBinding = 'post'): string =>
  binding === 'artifact' ? artifactUrl : consumerUrl;

/** Posts to one address: never follows a redirect, gives up after `timeoutMs`, reads at most `maxBytes` of the answer. */
export type PostSoap = (
  uri: string,
  body: Buffer,
  given: { readonly contentType: string; readonly timeoutMs: number; readonly maxBytes: number },
) => Promise<{ readonly status: number; readonly body: Buffer }>;

export interface SamlConnectorPorts {
  readonly random: Random;
  readonly own: OwnEntity;
  /** The key that signs requests; throws a Problem while there is none yet. */
  readonly signingKey: () => SigningKey;
  /** Keys that assertions may be encrypted to, the newest first. */
  readonly decryptionKeys: () => readonly KeyObject[];
  /** National number of an organisation of ours. */
  readonly organisationNumber: (organisation: string) => Promise<string | undefined>;
  /** Asks a provider what an artifact of it stands for. */
  readonly post: PostSoap;
  /** Takes what a provider sent as used; false when it was used before, at whichever hub. */
  readonly useOnce: (issuer: string, id: string, now: EpochMs) => Promise<boolean>;
}
