// Which upstream providers a session rests on that hear of its end: those whose record passes our logout on.
import type { CatalogueSnapshot, Provider, SamlUpstream, Upstream } from '../catalogue/snapshot.ts';
import type { UpstreamFacts } from '../linking/evidence.ts';
import type { Session } from './session.ts';

/** A login at a provider that is to be ended there too, with the ID token that names it there. */
export interface UpstreamProof {
  readonly provider: Provider & { readonly upstream: Upstream };
  readonly facts: UpstreamFacts & { readonly idToken: string };
}

/** A login at a SAML provider that is to be ended there too, with the name that it gave the person. */
export interface SamlProof {
  readonly provider: Provider & { readonly saml: SamlUpstream };
  readonly facts: UpstreamFacts;
}

/** One for each SAML provider that our logout goes on to, by its newest proof; by the same rules. */
export function samlProofs(
  { evidence }: Pick<Session, 'evidence'>,
  { providers }: Pick<CatalogueSnapshot, 'providers'>,
): readonly SamlProof[] {
  const found = new Map<string, SamlProof>();
  for (const { provider: id, upstream: facts } of [...evidence].sort((a, b) => a.provenAt - b.provenAt)) {
    const provider = providers.get(id);
    const { saml } = provider ?? {};
    if (provider === undefined || saml === undefined || facts?.nameId === undefined) continue;
    if (!saml.passLogout || saml.entityId !== facts.issuer) continue;
    found.set(id, { provider: { ...provider, saml }, facts });
  }
  return [...found.values()];
}

/**
 * One for each provider, by its newest proof. A record that names another issuer than the one that was asked, or that no
 * longer passes logouts on, gets no ID token of that login.
 */
export function upstreamProofs(
  { evidence }: Pick<Session, 'evidence'>,
  { providers }: Pick<CatalogueSnapshot, 'providers'>,
): readonly UpstreamProof[] {
  const found = new Map<string, UpstreamProof>();
  for (const { provider: id, upstream: facts } of [...evidence].sort((a, b) => a.provenAt - b.provenAt)) {
    const provider = providers.get(id);
    const { upstream } = provider ?? {};
    if (provider === undefined || upstream === undefined || facts?.idToken === undefined) continue;
    if (!upstream.passLogout || upstream.issuer !== facts.issuer) continue;
    found.set(id, { provider: { ...provider, upstream }, facts: { ...facts, idToken: facts.idToken } });
  }
  return [...found.values()];
}
