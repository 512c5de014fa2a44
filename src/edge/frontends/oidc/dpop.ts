// Sender constraint: what the DPoP proof of a request shows (RFC 9449), and the nonce that we ask for in it.
import type { EpochMs } from '../../../base/clock.ts';
import type { HttpRequest } from '../../../base/http/index.ts';
import { type CheckedDpopProof, checkDpopProof, parseDpopProof } from '../../../base/jose/index.ts';
import { checkNonce, issueNonce, type Keyring } from '../../../base/sealing/index.ts';
import { type CatalogueSnapshot, type OidcApplication, profileOf } from '../../../core/catalogue/index.ts';
import type { Claim } from '../../../core/commit/index.ts';
import { type Check, refuseIf } from '../../../core/grants/index.ts';
import { once } from './parameters.ts';

type Verdict =
  | { readonly ok: true; readonly proof: CheckedDpopProof }
  | { readonly ok: false; readonly failed: string };

export interface DpopFacts {
  /** Whether the request carried a DPoP header at all. */
  readonly present: boolean;
  /** Whether this endpoint refuses to answer this client without a proof. */
  readonly required: boolean;
  /** The judged proof; undefined when there is none. Verified when first asked for. */
  readonly verdict: () => Verdict | undefined;
}

/** Gathers the proof of a request. `ath` is the hash of the access token that came along, at a resource. */
export function gatherDpop(
  given: {
    readonly request: HttpRequest;
    readonly uri: string;
    readonly required: boolean;
    /** Whose proof it is: the profile says what it may be signed with. */
    readonly application: OidcApplication | undefined;
    readonly now: EpochMs;
    readonly catalogue: CatalogueSnapshot;
    readonly ath?: string | undefined;
  },
  nonces: Keyring,
): DpopFacts {
  const { request, uri, required, application, now, catalogue, ath } = given;
  const header = request.headers.dpop;
  const { dpopPast, dpopFuture } = catalogue.settings.lifetimes;
  return {
    present: header !== undefined,
    required,
    verdict: once(() => {
      if (header === undefined) return undefined;
      const parsed = parseDpopProof(header);
      if (!parsed.ok) return { ok: false, failed: parsed.reason };
      return checkDpopProof(parsed.proof, {
        method: request.method,
        uri,
        now,
        ath,
        nonce: (value) => checkNonce(nonces, value, now),
        iatWindow: { pastSeconds: dpopPast, futureSeconds: dpopFuture },
        algorithms: profileOf(application).proofAlgorithms,
      });
    }),
  };
}

export interface WithDpop {
  readonly dpop: DpopFacts;
}

/** Where an endpoint cannot do without a proof. */
export const proofRequiredCheck: Check<WithDpop> = {
  name: 'dpop.required',
  clause: 'FAPI 2.0 SP 5.3.2.1 clause 5 (sender-constrained access tokens)',
  test: ({ dpop }) =>
    refuseIf(
      dpop.required && !dpop.present,
      'invalid_dpop_proof',
      'the application must send a DPoP proof in the DPoP header',
    ),
};

/** A proof that is there must be right, wherever it is sent. */
export const proofCheck: Check<WithDpop> = {
  name: 'dpop.proof',
  clause: 'RFC 9449 4.3 and 8',
  test: ({ dpop }) => {
    const verdict = dpop.verdict();
    if (verdict === undefined || verdict.ok) return undefined;
    return verdict.failed === 'nonce'
      ? { error: 'use_dpop_nonce', description: 'put the nonce of the DPoP-Nonce header into the proof' }
      : { error: 'invalid_dpop_proof', description: `the DPoP proof is refused: ${advice(verdict.failed)}` };
  },
};

/** Claims that make a proof single use, across all hub processes. */
export function dpopClaims({ verdict }: DpopFacts): readonly Claim[] {
  const found = verdict();
  if (found?.ok !== true) return [];
  return [{ scope: 'dpop', key: `${found.proof.jkt} ${found.proof.jti}`, until: found.proof.until }];
}

/** Thumbprint of the key that made the proof. */
export function provenKey({ verdict }: DpopFacts): string | undefined {
  const found = verdict();
  return found?.ok === true ? found.proof.jkt : undefined;
}

/** The header that gives out the nonce to use next (RFC 9449 8.2). */
export const nonceHeader = (nonces: Keyring, now: EpochMs): Record<string, string> => ({
  'dpop-nonce': issueNonce(nonces, now),
});

const advices: Readonly<Record<string, string>> = {
  singleHeader: 'send one DPoP header',
  requiredClaims: 'jti, htm, htu and iat must be there',
  type: 'typ must be dpop+jwt',
  algorithm: 'alg is not one that the profile allows; ES256 always is',
  signature: 'the signature does not verify with the key in jwk',
  publicKeyOnly: 'jwk holds a private key; replace that key now',
  method: 'htm is not the method of this request',
  uri: 'htu is not the URL of this endpoint',
  issuedAt: 'iat is too old or in the future; check the clock',
  validNow: 'exp is past or nbf is in the future; check the clock',
  accessTokenHash: 'ath is not the hash of the access token',
};

const advice = (failed: string): string => advices[failed] ?? `it is not well-formed (${failed})`;
