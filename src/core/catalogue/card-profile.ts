// A kind of card that can be ordered: who issues its certificates, what ordering one asks for, and which endings end it.
import type { CertificateField, LocalizedText } from '../../wire/codes/index.ts';

/** What may happen to a holder that can end a card. */
export const holderEndings = ['employmentEnded', 'licenceLost', 'nameChanged'] as const;
export type HolderEnding = (typeof holderEndings)[number];

/** Endings that a profile either goes by or not; a changed name has more answers than two. */
export const cardEndedBy = ['employmentEnded', 'licenceLost'] as const satisfies readonly HolderEnding[];

/**
 * What another name of its holder in the directory does to a card: ends it at once, has it replaced by a new one within some
 * days and then ends it, or nothing.
 */
export const nameChanges = ['revoke', 'replace', 'keep'] as const;
export type NameChange = (typeof nameChanges)[number];

/** What an officer may look at to know who stands at the counter. */
export const identityDocuments = ['passport', 'nationalIdCard', 'drivingLicence', 'ownCard', 'knownPerson'] as const;
export type IdentityDocument = (typeof identityDocuments)[number];

/**
 * `own`: the hospital makes the card, and an issuer that it is connected to signs the certificates.
 * `outside`: the holder orders it from its issuer (SITHS, Freja, Buypass); here the order is followed.
 */
export const cardFlows = ['own', 'outside'] as const;
export type CardFlow = (typeof cardFlows)[number];

export interface CardCertificateRule {
  /** Certificate profile at the issuer. */
  readonly profile: string;
  /** What it is told of the holder; what the directory does not have is left out, and the issuer decides. */
  readonly fields: readonly CertificateField[];
}

export interface CardProfile {
  readonly id: string;
  readonly name: LocalizedText;
  readonly flow: CardFlow;
  /** Who signs its certificates: `own`, or the id of an outside certificate issuer. */
  readonly issuer: string;
  /** The population that accepts its certificates at login. */
  readonly population: string;
  /** One certificate each; none when the card is made outside. */
  readonly certificates: readonly CardCertificateRule[];
  /** Another orderer than the one who ordered must approve. */
  readonly approval: boolean;
  /** Its keys may be made by the hub and given as a file: convenient, and weaker than keys that never leave a chip. */
  readonly softCard: boolean;
  /** Two officers: one checks who it is, another makes the card; and two to end it. */
  readonly dualControl: boolean;
  readonly identityDocuments: readonly IdentityDocument[];
  /** Namespace of the identity that its certificates carry as serialNumber; its population must read it. */
  readonly identifier: string;
  /** Account target whose account of the holder its certificates name (`upn`, `sid`): who logs on to that domain with the card. */
  readonly account?: string | undefined;
  /** Country in its certificates, ISO 3166 (X.520 countryName). */
  readonly country: string;
  readonly validityDays: number;
  /** A temporary card while the right one is missing. */
  readonly temporaryHours: number;
  /** How long before its end a card may be renewed by itself. */
  readonly renewBeforeDays: number;
  /** What ends it: a lost licence ends an advanced certificate and not a login card (H9). */
  readonly endsBy: readonly (typeof cardEndedBy)[number][];
  readonly nameChange: NameChange;
  /** How long a card that is to be replaced still works. */
  readonly nameChangeDays: number;
  readonly closed: boolean;
}
