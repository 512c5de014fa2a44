// Pages that want more than a session: the login that proves enough, once, and then the page again.
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import { freshProof } from '../../../core/linking/index.ts';
import type { Assurance } from '../../../wire/codes/index.ts';
import { type Held, heldSession, queryOf } from './portal-page.ts';
import type { PortalPorts } from './ports.ts';

export interface WantedProof {
  readonly minimum: Assurance;
  /** How old it may be. */
  readonly proofSeconds: number;
  /** Only a proof by these will do; absent = by any. */
  readonly onlyProviders?: readonly string[] | undefined;
}

/** Where the login comes back to, and whether it has been there. */
export interface ProofWay {
  readonly back: string;
  readonly proved: boolean;
}

/** Back to a page of ours that a GET asked for. The mark in its address tells that the login is done: it is not begun again and again. */
export const wayBackTo = (request: HttpRequest, path: string): ProofWay => ({
  back: `${path}${path.includes('?') ? '&' : '?'}proved=1`,
  proved: queryOf(request).get('proved') === '1',
});

/** The session, when it proves enough; else the login that does. */
export async function proven(
  ports: PortalPorts,
  request: HttpRequest,
  way: ProofWay,
  wanted: WantedProof,
): Promise<{ readonly held: Held } | { readonly answer: HttpResponse }> {
  const held = await heldSession(ports, request);
  const counting = held?.session.evidence.filter(
    ({ provider }) => wanted.onlyProviders === undefined || wanted.onlyProviders.includes(provider),
  );
  if (held && freshProof(counting ?? [], wanted, ports.clock()) !== undefined) return { held };
  // The login let the person in, and still it is not enough: another try would be the same.
  if (held && way.proved && request.method === 'GET')
    return { answer: ports.showFailure(request, { reason: 'policy.assuranceTooLow' }) };
  return { answer: await ports.startLogin(request, way.back, wanted) };
}

/** Any proof of a session that still lives is new enough. */
export const anyProof = (ports: PortalPorts): number => ports.catalogue().settings.lifetimes.sessionAbsolute;
