// Which ways in an application allows, and the highest level that each of them can reach.
import { type Assurance, type ConnectorKind, higherOf, lowerOf, reaches } from '../../wire/codes/index.ts';
import { presetOf } from '../catalogue/provider-preset.ts';
import type { Application, CatalogueSnapshot, Federation, Provider } from '../catalogue/snapshot.ts';

/** A provider that could be used, with what it can reach at best. */
export interface Candidate {
  readonly provider: string;
  /** The record that it was made by, where it is one of several. */
  readonly madeBy?: string | undefined;
  readonly connector: ConnectorKind;
  /** The highest level that evidence of this provider may carry. */
  readonly maximum: Assurance;
  /** Certificate populations and what each reaches here; empty for methods without certificates. */
  readonly populations: readonly { readonly id: string; readonly assurance: Assurance }[];
  /** What applications and links may call it: its id, its name in its protocol, the organisation whose people it proves. */
  readonly names: readonly string[];
  /** The organisation whose own people it proves, if it is one's. */
  readonly organisation?: string | undefined;
  /** Names of ways in that it offers further on, for applications that wish for one. */
  readonly methods: readonly string[];
  /** It may be asked whether somebody is logged in there, without anybody being asked. */
  readonly passive?: boolean | undefined;
  /** Seconds; absent = the hub's. */
  readonly highReuseSeconds?: number | undefined;
}

/** What a method can be worth at best, whatever the catalogue says: a password is one factor (eIDAS 2015/1502, 2.2.1). */
const methodCeiling: Readonly<Record<ConnectorKind, Assurance>> = {
  smartcard: 'high',
  password: 'low',
  // An organisation may hold its own network for the second factor; it shows as weaker.
  directoryPassword: 'substantial',
  oidc: 'high',
  saml: 'high',
};

function candidateOf(provider: Provider, snapshot: CatalogueSnapshot): Candidate | undefined {
  // Each of its members is a provider of its own.
  if (provider.samlMembers !== undefined) return undefined;
  const ceiling = lowerOf(provider.maximumAssurance, methodCeiling[provider.connector]);
  const organisation = (provider.upstream ?? provider.saml ?? provider.domain)?.organisation;
  const shared = {
    provider: provider.id,
    madeBy: provider.madeBy,
    connector: provider.connector,
    names: [provider.id, provider.upstream?.issuer ?? provider.saml?.entityId, organisation].filter(
      (name) => name !== undefined,
    ),
    organisation,
    methods: provider.upstream === undefined ? [] : Object.keys(presetOf(provider.upstream).methods),
    passive: provider.saml?.passive,
    highReuseSeconds: provider.highReuseSeconds,
  };
  if (provider.connector !== 'smartcard') return { ...shared, maximum: ceiling, populations: [] };
  const populations = provider.populations.flatMap((id) => {
    const population = snapshot.populations.get(id);
    return population === undefined ? [] : [{ id, assurance: lowerOf(population.assurance, ceiling) }];
  });
  const first = populations[0];
  if (first === undefined) return undefined;
  const maximum = populations.reduce((best, one) => higherOf(best, one.assurance), first.assurance);
  return { ...shared, maximum, populations };
}

const known = new WeakMap<CatalogueSnapshot, WeakMap<Application, readonly Candidate[]>>();

/** The providers that `application` allows, in the order to show them (order, then id). Remembered for the snapshot. */
export function candidatesFor(application: Application, snapshot: CatalogueSnapshot): readonly Candidate[] {
  const ofSnapshot = known.get(snapshot) ?? new WeakMap<Application, readonly Candidate[]>();
  const found = ofSnapshot.get(application) ?? listCandidates(application, snapshot);
  known.set(snapshot, ofSnapshot.set(application, found));
  return found;
}

function listCandidates(application: Application, snapshot: CatalogueSnapshot): readonly Candidate[] {
  return [...snapshot.providers.values()]
    .filter(({ id, madeBy = id }) => application.providers?.some((one) => one === id || one === madeBy) ?? true)
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
    .flatMap((provider) => candidateOf(provider, snapshot) ?? []);
}

/** Ids of the populations of `candidate` that reach `required`: what the card's certificate request names. */
export const populationsReaching = (candidate: Candidate, required: Assurance): readonly string[] =>
  candidate.populations.filter((population) => reaches(population.assurance, required)).map(({ id }) => id);

/** The federation that `application` is for the members of. One that is not there has no members: nobody gets in by mistake. */
export function federationOf({ federation }: Application, snapshot: CatalogueSnapshot): Federation | undefined {
  if (federation === undefined) return undefined;
  return snapshot.federations.get(federation) ?? { id: federation, name: { en: federation }, members: [] };
}
