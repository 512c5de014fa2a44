// A refusal at an endpoint of ours that takes access tokens: recorded, and told in the challenge.
import type { HttpResponse } from '../../../base/http/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import type { Refused } from '../../../core/grants/index.ts';
import { nonceHeader } from './dpop.ts';
import { type Call, commonOf, errorAnswer, type OidcContext } from './endpoint.ts';
import type { Scheme } from './presented-token.ts';
import { refusedRecord } from './records.ts';

interface Presented {
  readonly client?: string | undefined;
  /** False: no token came at all. */
  readonly presented?: boolean;
  readonly scheme: Scheme | undefined;
}

/** Records a refusal and answers it. */
export async function refuseAtResource(
  context: OidcContext,
  call: Call,
  refused: Refused,
  about: Presented,
): Promise<HttpResponse> {
  if (refused.error !== 'use_dpop_nonce') {
    await context.ports.commit(recordOnly([refusedRecord(commonOf(call, about.client), refused)]));
  }
  return challenge(context, call, refused, about);
}

/** RFC 6750 3 and RFC 9449 7.1: the error in the challenge; none when no token came at all. */
export function challenge(
  { ports }: OidcContext,
  call: Call,
  refused: Refused,
  { presented = true, scheme }: Presented,
): HttpResponse {
  const { error, description } = refused;
  const status = error === 'insufficient_scope' ? 403 : error === 'invalid_request' ? 400 : 401;
  const why = presented ? `, error="${error}", error_description="${description}"` : '';
  const dpop = `DPoP realm="${call.issuer.url}", algs="ES256 PS256 EdDSA"`;
  const bearer = `Bearer realm="${call.issuer.url}"`;
  const challenges = scheme === 'Bearer' ? [bearer + why, dpop] : [dpop + why, bearer];
  const answer = errorAnswer(refused, call.reference, scheme === 'Bearer' ? {} : nonceHeader(ports.nonces, call.now));
  return { ...answer, status, headers: { ...answer.headers, 'www-authenticate': challenges } };
}
