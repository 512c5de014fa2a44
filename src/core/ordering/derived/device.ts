// A device with a key of its own, the codes that a person carries to it, and the certificates that it gets.
import type { EpochMs } from '../../../base/clock.ts';
import type { Assurance, DeviceKind } from '../../../wire/codes/index.ts';

/** Enrolled with a key that it made itself. */
export interface KeyDevice {
  readonly id: string;
  readonly kind: Exclude<DeviceKind, 'unknown'>;
  readonly name: string;
  readonly organisation: string;
  /** Whose alone it is; none: of everybody who works at the organisation. */
  readonly holder?: string | undefined;
  /** SHA-256 of its public key (SubjectPublicKeyInfo), hexadecimal. */
  readonly keyHash: string;
  /** The key itself, DER, base64. */
  readonly key: string;
  readonly enrolledAt: EpochMs;
  readonly enrolledBy: string;
  readonly closed: boolean;
  readonly ending?: DeviceEnding | undefined;
}

export const deviceEndings = ['lost', 'closed'] as const;
export type DeviceEnding = (typeof deviceEndings)[number];

/** The card login that a code was made after. */
export interface CardProof {
  /** SHA-256 of the card's certificate, hexadecimal. */
  readonly fingerprint: string;
  readonly population: string;
  /** DER of the chain, leaf first, base64: to ask again whether the card is still good. */
  readonly chain: readonly string[];
  readonly notAfter: EpochMs;
  readonly provenAt: EpochMs;
  readonly assurance: Assurance;
  /** The card, if it was ordered here. */
  readonly card?: string | undefined;
  /** The certificate was itself made for a device. */
  readonly derived: boolean;
}

/** A code that is good for one use by one device, minutes after it was made. Only its hash is kept. */
export type DeviceCode = {
  readonly hash: string;
  readonly madeAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly madeBy: string;
  readonly session?: string | undefined;
  /** What came of it: a device, or a certificate. */
  readonly usedFor?: string | undefined;
} & (
  | {
      readonly task: 'enrol';
      readonly device: Pick<KeyDevice, 'kind' | 'name' | 'organisation' | 'holder'>;
    }
  | {
      readonly task: 'derive';
      readonly person: string;
      /** Id of the device. */
      readonly device: string;
      readonly population: string;
      readonly proof: CardProof;
    }
);

export const derivedStates = ['asked', 'issued', 'refused', 'ended'] as const;
export type DerivedState = (typeof derivedStates)[number];

/** Why a certificate of a device ended before its time. */
export const derivedEndings = ['deviceLost', 'deviceClosed', 'cardEnded', 'personLeft', 'shiftEnded'] as const;
export type DerivedEnding = (typeof derivedEndings)[number];

/** A certificate for a device: asked for, issued, ended. */
export interface DerivedCertificate {
  readonly id: string;
  readonly code: string;
  readonly device: string;
  readonly person: string;
  readonly organisation: string;
  readonly population: string;
  readonly proof: CardProof;
  /** What a login with it counts for at most. */
  readonly assurance: Assurance;
  /** PKCS#10, DER, base64. */
  readonly request: string;
  /** SHA-256 of the request's key, hexadecimal. */
  readonly keyHash: string;
  readonly askedAt: EpochMs;
  /** When it ends at the latest. */
  readonly notAfter: EpochMs;
  readonly state: DerivedState;
  readonly serial?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** DER, base64. */
  readonly certificate?: string | undefined;
  readonly ending?: DerivedEnding | undefined;
}

const minute = 60_000;
export const deviceTimes = {
  /** A person carries a code from the portal to the device. */
  codeMs: 5 * minute,
  /** An administrator's code for a new device. */
  adminCodeMs: 24 * 60 * minute,
  /** How old the card login may be when a code is made; with the code's own life, less than the authority allows. */
  proofMs: 5 * minute,
  /** How far the device's clock may be from ours. */
  clockMs: minute,
  /** A shift that would end sooner is not worth a certificate. */
  shortestMs: 10 * minute,
} as const;
