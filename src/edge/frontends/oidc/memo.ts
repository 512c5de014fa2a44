// What the frontend leaves with a journey and finds again when it ends.
import type { EpochMs } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import type { AuthorizationRequest } from '../../../core/grants/index.ts';

export interface OidcMemo {
  readonly request: AuthorizationRequest;
  /**
   * The program waits elsewhere (RFC 8628, CIBA): the end is kept for it, and no answer goes through the browser. `person`:
   * the only one who may answer, through the back channel.
   */
  readonly waiting?:
    | { readonly hash: string; readonly expiresAt: EpochMs; readonly person?: string | undefined }
    | undefined;
  /** The pushed request that is spent by the code; absent when the parameters came plain (basic profile). */
  readonly pushed?: { readonly hash: string; readonly expiresAt: EpochMs } | undefined;
}

/** Stored memos carry a version: the next release must still read them. */
const version = 1;

export const toMemo = (memo: OidcMemo): Readonly<Record<string, unknown>> => ({ version, ...memo });

/** The memo of a journey of ours. Throws when it is of another kind or version. */
export function fromMemo(stored: Readonly<Record<string, unknown>>): OidcMemo {
  if (stored.version !== version) {
    throw new Problem({ kind: 'internal', code: 'internal', detail: `oidc memo of version ${stored.version}` });
  }
  return stored as unknown as OidcMemo;
}
