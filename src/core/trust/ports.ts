// What trust needs from outside: somebody who fetches lists and asks for status, and a place that processes share lists through.
import type { CrlFailure } from './revocation.ts';

export type CrlFetch =
  | {
      readonly kind: 'bytes';
      readonly der: Buffer;
      readonly etag?: string | undefined;
      readonly lastModified?: string | undefined;
    }
  | { readonly kind: 'notModified' }
  | { readonly kind: 'failed'; readonly reason: CrlFailure };

export interface CrlSource {
  /**
   * Fetches one list: bounded in time and size, following no redirect. `known` are the validators of the copy at hand.
   * Never throws for what a network does.
   */
  fetch(
    url: string,
    known: { readonly etag?: string | undefined; readonly lastModified?: string | undefined },
  ): Promise<CrlFetch>;
}

/** A list as kept: its bytes and when a source last gave or confirmed it (milliseconds since 1970). */
export interface StoredCrl {
  readonly der: Buffer;
  readonly fetchedAt: number;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** Shared by the processes of a hub. What it holds is verified again on reading, so it need not be trusted. */
export interface CrlStore {
  load(key: string): Promise<StoredCrl | undefined>;
  save(key: string, stored: StoredCrl): Promise<void>;
}

/** `ocspType`: what came does not say that it is an OCSP response. */
export type OcspFetchFailure = 'ocspUnreachable' | 'ocspTimeout' | 'ocspTooLarge' | 'ocspStatus' | 'ocspType';

export type OcspFetch =
  | { readonly kind: 'bytes'; readonly der: Buffer }
  | { readonly kind: 'failed'; readonly reason: OcspFetchFailure };

/** Asks an OCSP responder. */
export interface OcspSource {
  /** Posts one OCSPRequest (RFC 6960 A.1): bounded in time and size, following no redirect. Never throws for what a network does. */
  ask(url: string, request: Buffer): Promise<OcspFetch>;
}
