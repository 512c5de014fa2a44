// What the authority asks of others: keys that sign, and a register that keeps every certificate it ever wrote down.
import type { EpochMs } from '../../base/clock.ts';
import type { CertificateState } from '../../wire/codes/index.ts';
import type { AuditRecord } from '../audit/index.ts';
import type { Holder } from './profile.ts';

/** A private key that signs and shows nothing of itself; in a sealed file or in hardware. */
export interface CaSigner {
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  /** AlgorithmIdentifier of its signatures. */
  readonly algorithm: Buffer;
  sign(bytes: Buffer): Buffer | Promise<Buffer>;
  /** Why it cannot sign just now, for an operator; undefined when it can. What never fails does not have it. */
  fault?(): Promise<string | undefined>;
}

/** One certificate as the register has it; it is there before it is signed, and for ever. */
export interface RegisteredCertificate {
  readonly issuer: string;
  /** Lower-case hexadecimal; unique for the issuer. */
  readonly serial: string;
  readonly caller: string;
  /** Unique for the caller: one order gives one certificate. */
  readonly order: string;
  /** Of all that was asked, so that the same order with other contents is noticed. */
  readonly requestHash: string;
  readonly profile: string;
  /** The hub's own id of the person, and its reference: what ties this trail to the hub's. */
  readonly person: string | undefined;
  readonly reference: string | undefined;
  /** Hash of the subject. */
  readonly holder: string;
  /** Hash of the public key. */
  readonly key: string;
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
  /** The bytes to sign. */
  readonly toSign: Buffer;
  /** The signed certificate, once there is one. */
  readonly der: Buffer | undefined;
  readonly state: CertificateState;
  /** RFC 5280 5.3.1 code, when the state is not good. */
  readonly reason: number | undefined;
  readonly changedAt: EpochMs | undefined;
}

export type CertificateToRegister = Omit<RegisteredCertificate, 'der' | 'state' | 'reason' | 'changedAt'>;

/** What a public key was certified for before. */
export interface KeyUse {
  readonly holder: string;
  readonly state: CertificateState;
  readonly reason: number | undefined;
}

export interface StateChange {
  readonly issuer: string;
  readonly serial: string;
  readonly from: CertificateState;
  readonly to: CertificateState;
  readonly reason: number | undefined;
  readonly at: EpochMs;
}

/** A signed revocation list. */
export interface SignedList {
  readonly number: number;
  /** Changes of state that it takes in. */
  readonly revision: number;
  readonly thisUpdate: EpochMs;
  readonly nextUpdate: EpochMs;
  readonly der: Buffer;
}

export interface RevokedCertificate {
  readonly serial: string;
  readonly at: EpochMs;
  readonly reason: number;
}

/** What the next list of an issuer is made from, read under its lock. */
export interface ListFacts {
  readonly last: SignedList | undefined;
  /** Changes of state so far. */
  readonly revision: number;
  /** Every certificate that is not good, and ends at or after `endsFrom`. */
  revoked(endsFrom: EpochMs): Promise<readonly RevokedCertificate[]>;
}

/** Port: the register. Each method is durable when it answers. */
export interface Register {
  byOrder(caller: string, order: string): Promise<RegisteredCertificate | undefined>;
  bySerial(issuer: string, serial: string): Promise<RegisteredCertificate | undefined>;
  /** The orders of a caller that begin with this and a colon. */
  ordersBelow(caller: string, beginning: string): Promise<readonly string[]>;
  keyUses(key: string): Promise<readonly KeyUse[]>;
  /** Writes it down, with the event; says when the order, or the key for another holder, was there before. */
  writeDown(certificate: CertificateToRegister, event: AuditRecord): Promise<'written' | 'orderTaken' | 'keyTaken'>;
  /** Keeps the signed certificate unless there is one; answers the one that is kept. The event is of the first alone. */
  keepSigned(issuer: string, serial: string, der: Buffer, event: AuditRecord): Promise<Buffer>;
  /** Certificates that were written down and not signed: a program was killed between. */
  unsigned(): Promise<readonly RegisteredCertificate[]>;
  /** False when the state is no longer `from`. */
  change(change: StateChange, event: AuditRecord): Promise<boolean>;
  /** Makes the next list while nobody else makes one of the same issuer; undefined keeps the last one. */
  makeList(
    issuer: string,
    make: (facts: ListFacts) => Promise<{ list: SignedList; event: AuditRecord } | undefined>,
  ): Promise<SignedList | undefined>;
  record(event: AuditRecord): Promise<void>;
}

/** Leave for one system to fetch one certificate, with a secret that was told once. */
export interface EnrolmentPermit {
  readonly id: string;
  readonly profile: string;
  readonly holder: Holder;
  /** SHA-256 of the secret, base64url: it has 160 random bits, and needs no slower hash. */
  readonly secretHash: string;
  readonly endsAt: EpochMs;
  readonly wrongTries: number;
}

/** Port: the permits. Each method is durable when it answers. */
export interface EnrolmentPermits {
  add(permit: EnrolmentPermit, event: AuditRecord): Promise<void>;
  byId(id: string): Promise<EnrolmentPermit | undefined>;
  /** Counts a wrong secret; answers how many there were with this one. */
  countWrong(id: string): Promise<number>;
  /** Ends it now; false when there is none, or it had ended. */
  end(id: string, at: EpochMs, event: AuditRecord): Promise<boolean>;
}
