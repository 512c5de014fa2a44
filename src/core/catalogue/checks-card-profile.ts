// The checks on card profiles: what accepts the card exists, and the flow has what it needs.
import type { CardProfile } from './card-profile.ts';
import { ownIssuer } from './certificate-issuer.ts';
import type { CatalogueCheck, CatalogueProblem } from './checks.ts';
import type { CatalogueSnapshot } from './snapshot.ts';

const each = (
  name: string,
  clause: string,
  test: (profile: CardProfile, snapshot: CatalogueSnapshot) => readonly [string, string] | undefined,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot }): Iterable<CatalogueProblem> {
    for (const profile of snapshot.cardProfiles.values()) {
      const fault = test(profile, snapshot);
      if (fault) yield { kind: 'cardProfile', id: profile.id, path: [fault[0]], message: fault[1] };
    }
  },
});

export const cardProfileChecks: readonly CatalogueCheck[] = [
  each('cardProfile.population', 'house: found by configured id', ({ population }, { populations }) =>
    populations.has(population) ? undefined : ['population', `there is no population ${population}`],
  ),
  each('cardProfile.issuer', 'H3: found by configured id', ({ issuer }, { certificateIssuers }) =>
    issuer === ownIssuer || certificateIssuers.has(issuer)
      ? undefined
      : ['issuer', `there is no certificate issuer ${issuer}`],
  ),
  each('cardProfile.identifier', 'K4: a login reads what was written', (profile, { populations }) => {
    const population = populations.get(profile.population);
    if (profile.flow !== 'own' || population === undefined) return undefined;
    return population.identifiers.some(({ namespace }) => namespace === profile.identifier)
      ? undefined
      : ['identifier', `population ${population.id} reads no ${profile.identifier}`];
  }),
  each('cardProfile.account', 'K5: found by configured id', ({ account }, { accountTargets }) =>
    account === undefined || accountTargets.has(account)
      ? undefined
      : ['account', `there is no account target ${account}`],
  ),
  each('cardProfile.principal', 'RFC 4556 3.2.1: who the certificate logs on stands in it', (profile) =>
    profile.account === undefined || profile.certificates.some(({ fields }) => fields.includes('upn'))
      ? undefined
      : ['account', 'no certificate of it is told the upn: add it to its fields, or leave account out'],
  ),
  each('cardProfile.certificates', 'H2: a card of ours has certificates', ({ flow, certificates }) =>
    flow === 'own' && certificates.length === 0
      ? ['certificates', 'name the certificate profiles that its issuer makes']
      : undefined,
  ),
  each('cardProfile.madeOutside', 'G5: its own issuer decides what is on it', ({ flow, certificates }) =>
    flow === 'outside' && certificates.length > 0
      ? ['certificates', 'a card that is made outside gets no certificates from here']
      : undefined,
  ),
  each(
    'cardProfile.softCard',
    'H2: a key in a file can be copied, so it is at most substantial',
    (profile, snapshot) => {
      if (!profile.softCard) return undefined;
      if (profile.flow !== 'own') return ['softCard', 'a card that is made outside is no soft card of ours'];
      return snapshot.populations.get(profile.population)?.assurance === 'high'
        ? ['softCard', `population ${profile.population} counts as high, and a key in a file never does`]
        : undefined;
    },
  ),
  each('cardProfile.identity', 'H2: somebody looks at who it is', ({ flow, identityDocuments }) =>
    flow === 'own' && identityDocuments.length === 0
      ? ['identityDocuments', 'say what the holder may show at the counter']
      : undefined,
  ),
];
