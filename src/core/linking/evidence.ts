// What a connector proved. It says nothing about who that is to us: linking does.
import type { EpochMs } from '../../base/clock.ts';
import type { Assurance, ConnectorKind } from '../../wire/codes/index.ts';
import type { SubjectKey } from '../directory/directory.ts';

/** The card login behind a certificate for a device. */
export interface DerivedProof {
  /** Id of the certificate in our own records. */
  readonly id: string;
  readonly device: string;
  /** Whose it was made for. */
  readonly person: string;
  /** The card, if it was ordered here. */
  readonly card?: string | undefined;
  /** What the card login counted for: the certificate never counts for more. */
  readonly assurance: Assurance;
}

/** Facts of the certificate behind a proof, enough to check its status again later. */
export interface CertificateFacts {
  readonly population: string;
  readonly certificateClass: string;
  /** SHA-256 of the DER, hex. */
  readonly fingerprint: string;
  /** RFC 4514 text, for people and logs. */
  readonly issuer: string;
  readonly serial: string;
  readonly notAfter: EpochMs;
  readonly cardNumber?: string | undefined;
  /** The card that was ordered here, and whether it proves somebody for the first time. */
  readonly card?: { readonly id: string; readonly isFirst: boolean } | undefined;
  /** Of an enrolled device, not of a card: made after a card login, which is what it proves (H8). */
  readonly derived?: DerivedProof | undefined;
  /** DER of the presented chain, leaf first, base64: what a re-check needs. */
  readonly chain: readonly string[];
  /** 0 where a permission stood in for the status. */
  readonly statusCheckedAt: EpochMs;
  /** The written permission that let the card in while its status could not be had: until when, why, and what was missing. */
  readonly grace?: { readonly until: string; readonly reason: string; readonly because: string } | undefined;
  /** What kept a delta list away that is named: the whole list decided alone. */
  readonly withoutDelta?: string | undefined;
  /** What became of an OCSP answer that a reverse proxy passed on with the card. */
  readonly stapled?: string | undefined;
}

/** What an upstream provider called the login: what its logout and ours need to name it. */
export interface UpstreamFacts {
  readonly issuer: string;
  readonly subject: string;
  /** Its session, when it named one. */
  readonly session?: string | undefined;
  /** When its ID token was made, by its own clock: what it ended before that is another login. */
  readonly issuedAt?: EpochMs | undefined;
  /** When we sent the person there, by our own clock: what it had ended before that was known here is another login. */
  readonly askedAt?: EpochMs | undefined;
  /** How it named the subject, where its logout needs to say that (SAML Core 2.3.3). */
  readonly nameId?:
    | {
        readonly format?: string | undefined;
        readonly nameQualifier?: string | undefined;
        readonly spNameQualifier?: string | undefined;
      }
    | undefined;
  /** Providers behind it that it named, nearest to the person last. */
  readonly behind?: readonly string[] | undefined;
  /** Its ID token, as a hint for its logout; absent when our logout does not go on to it. */
  readonly idToken?: string | undefined;
}

export interface Evidence {
  /** Id of this proof, for the trail. */
  readonly id: string;
  readonly connector: ConnectorKind;
  readonly provider: string;
  readonly subject: SubjectKey;
  /** Other identifiers that the same proof asserts with the same strength. */
  readonly alternates: readonly SubjectKey[];
  /** Authentication method references (RFC 8176). */
  readonly methods: readonly string[];
  /** Never above what the provider is approved for. */
  readonly assurance: Assurance;
  /** What the provider called the level; it may be said on where it is a name of this very level. */
  readonly levelName?: string | undefined;
  readonly provenAt: EpochMs;
  /** Names as the proof has them, for display before the directory is read. */
  readonly displayName?: string | undefined;
  /** HSA-ID of the commission that the provider says was chosen there: no right by itself, only which of the person's own is meant. */
  readonly commission?: string | undefined;
  readonly certificate?: CertificateFacts | undefined;
  readonly upstream?: UpstreamFacts | undefined;
}
