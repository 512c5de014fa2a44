// A kind of card that can be ordered: who issues its certificates, what ordering one asks for, and which endings end it.

/** What may happen to a holder that can end a card. */
export const holderEndings = ['employmentEnded', 'licenceLost', 'nameChanged'] as const;
export type HolderEnding = (typeof holderEndings)[number];

/** What an officer may look at to know who stands at the counter. */
export const identityDocuments = ['passport', 'nationalIdCard', 'drivingLicence', 'ownCard', 'knownPerson'] as const;
export type IdentityDocument = (typeof identityDocuments)[number];

/**
 * `own`: the hospital makes the card, and an issuer that it is connected to signs the certificates.
 * `outside`: the holder orders it from its issuer (SITHS, Freja, Buypass); here the order is followed.
 */
export const cardFlows = ['own', 'outside'] as const;
export type CardFlow = (typeof cardFlows)[number];

export interface CardProfile {
  readonly id: string;
  readonly name: Readonly<Record<string, string>>;
  readonly flow: CardFlow;
  /** The population that accepts its certificates at login. */
  readonly population: string;
  /** Certificate profiles at the issuer, one certificate each; none when the card is made outside. */
  readonly certificates: readonly string[];
  /** Another orderer than the one who ordered must approve. */
  readonly approval: boolean;
  /** Two officers: one checks who it is, another makes the card; and two to end it. */
  readonly dualControl: boolean;
  readonly identityDocuments: readonly IdentityDocument[];
  readonly validityDays: number;
  /** A temporary card while the right one is missing. */
  readonly temporaryHours: number;
  /** How long before its end a card may be renewed by itself. */
  readonly renewBeforeDays: number;
  /** What ends it: a lost licence ends an advanced certificate and not a login card (H9). */
  readonly endsBy: readonly HolderEnding[];
  readonly closed: boolean;
}
