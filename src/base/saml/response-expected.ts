// What a Response is judged against: who we are, whose answer it must be, and to which request.
import type { KeyObject } from 'node:crypto';
import type { EpochMs } from '../clock.ts';
import type { Instant, Peer } from './verdict.ts';

/** What a provider must sign. What it signs without having to must be right too. */
export type SignatureRule = 'response' | 'assertion' | 'both';

export interface ResponseExpected extends Instant {
  readonly ownEntityId: string;
  /** Where the message came in: our endpoint, as we have it registered. */
  readonly acsUrl: string;
  readonly provider: Peer & { readonly signs: SignatureRule };
  readonly encryption?: {
    /** Our private keys, the present one first. */
    readonly keys: readonly KeyObject[];
    /** An assertion in the clear is refused. Default false. */
    readonly required?: boolean | undefined;
    /** AES-CBC is let through too, inside of what the Response's signature covers. Default false: AES-GCM alone (S10). */
    readonly allowCbc?: boolean | undefined;
  };
  /** The request that this may answer; undefined when there is none. */
  readonly request?: {
    readonly id: string;
    readonly at: EpochMs;
    readonly forceAuthn: boolean;
    /** Given when the comparison was `exact`: the answer must be one of them (SAML Core 3.3.2.2.1). */
    readonly exactly?: readonly string[] | undefined;
  };
  /** Without a request: whether that may be. Default false (S12). */
  readonly unsolicitedAllowed?: boolean | undefined;
}
