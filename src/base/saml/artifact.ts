// Artifacts and the two messages that resolve them, as typed values.
import type { EpochMs } from '../clock.ts';

/** SAML Core 3.5.1. */
export interface ArtifactResolve {
  readonly id: string;
  readonly issueInstant: EpochMs;
  readonly issuer: string;
  readonly destination?: string | undefined;
  readonly artifact: string;
}

/** SAML Bindings 3.6.4: type 4, the only one of SAML 2.0. */
export interface Artifact {
  readonly endpointIndex: number;
  /** SHA-1 of the issuer's entity ID: a name, not a proof. */
  readonly sourceId: Buffer;
  readonly messageHandle: Buffer;
}
