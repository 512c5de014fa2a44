// May this identity become this person's: proof of both in one sitting, as two lists of checks in security order. Pure.
import type { EpochMs } from '../../base/clock.ts';
import { type Assurance, higherOf, type LinkReason, lowerOf, reaches } from '../../wire/codes/index.ts';
import { ownNamespace, presetOf } from '../catalogue/provider-preset.ts';
import { samlPresetOf } from '../catalogue/saml-provider-preset.ts';
import type { Provider } from '../catalogue/snapshot.ts';
import { isPersonalNumberNamespace } from '../directory/identity.ts';
import type { Evidence } from './evidence.ts';
import { type FoundIdentity, keysOf } from './link.ts';

/** Whose login is added, bound to the session that began and to the proof that it began with; kept with the journey, never in the browser. */
export interface AdditionIntent {
  readonly provider: string;
  readonly person: string;
  readonly session: string;
  /** Id of the fresh proof that the session had. */
  readonly provedBy: string;
  /** What was proven then: the added login never counts for more. */
  readonly ceiling: Assurance;
}

/** The browser's session as it is now. */
export interface OwnSession {
  readonly id: string;
  readonly person: string;
  readonly closed: boolean;
  readonly evidence: readonly Evidence[];
}

export interface AdditionRules {
  readonly minimum: Assurance;
  readonly proofSeconds: number;
}

/** True for a provider that has a name of its own for each person: nothing else is linked by the person alone. */
export const canBeAdded = ({ upstream, saml }: Provider): boolean =>
  (upstream !== undefined && presetOf(upstream).ownSubject !== undefined) ||
  (saml !== undefined && samlPresetOf(saml).ownSubject !== undefined);

/** The best of the proofs that are fresh enough to change one's logins with. */
export function freshProof(
  evidence: readonly Evidence[],
  { minimum, proofSeconds }: AdditionRules,
  now: EpochMs,
): Evidence | undefined {
  const fresh = evidence.filter(({ provenAt }) => now - provenAt <= proofSeconds * 1000);
  return fresh
    .filter(({ assurance }) => reaches(assurance, minimum))
    .reduce<Evidence | undefined>(
      (best, one) => (best === undefined || higherOf(best.assurance, one.assurance) !== best.assurance ? one : best),
      undefined,
    );
}

export type AdditionStart =
  | { readonly kind: 'begin'; readonly intent: AdditionIntent }
  /** The person must prove again, so strongly, before anything is added. */
  | { readonly kind: 'prove' }
  | { readonly kind: 'refused'; readonly reason: LinkReason };

/** Whether this session may begin to add a login of `provider`. */
export function startAddition(
  session: OwnSession,
  provider: Provider | undefined,
  rules: AdditionRules,
  now: EpochMs,
): AdditionStart {
  if (provider === undefined || !canBeAdded(provider)) return { kind: 'refused', reason: 'link.noIdentity' };
  if (session.closed) return { kind: 'refused', reason: 'person.closed' };
  const proof = freshProof(session.evidence, rules, now);
  if (proof === undefined) return { kind: 'prove' };
  const ceiling = lowerOf(proof.assurance, provider.maximumAssurance);
  const { id, person } = session;
  return { kind: 'begin', intent: { provider: provider.id, person, session: id, provedBy: proof.id, ceiling } };
}

export interface AdditionFacts {
  readonly intent: AdditionIntent;
  readonly evidence: Evidence;
  /** The session of the browser that came back. */
  readonly session: OwnSession | undefined;
  /** Namespaces in which the person has an identity. */
  readonly namespaces: readonly string[];
  /** Live links of the identifiers that the new proof carries. */
  readonly found: readonly FoundIdentity[];
}

export interface AdditionCheck {
  readonly name: string;
  readonly clause: string;
  readonly reason: LinkReason;
  readonly test: (facts: AdditionFacts) => boolean;
}

export const additionChecks: readonly AdditionCheck[] = [
  {
    name: 'session.began',
    clause: 'A1, O8: the session that began is the one that comes back',
    reason: 'link.sessionChanged',
    test: ({ intent, session }) => session?.id === intent.session,
  },
  {
    name: 'session.person',
    clause: 'A1: a link goes to whom the session belongs to, and to nobody else',
    reason: 'link.sessionChanged',
    test: ({ intent, session }) => session === undefined || session.person === intent.person,
  },
  {
    name: 'session.proof',
    clause: 'A1: the proof that it began with is still the session’s',
    reason: 'link.sessionChanged',
    test: ({ intent, session }) => session === undefined || session.evidence.some(({ id }) => id === intent.provedBy),
  },
  {
    name: 'person.open',
    clause: 'A1, pre-hijack: nothing waits for a person who is closed',
    reason: 'person.closed',
    test: ({ session }) => session?.closed !== true,
  },
  {
    name: 'provider.asked',
    clause: 'O8: the provider that was asked proved it',
    reason: 'link.noIdentity',
    test: ({ intent, evidence }) => evidence.provider === intent.provider,
  },
  {
    name: 'identity.own',
    clause: 'A1, A2: the provider’s own name for the person, never an e-mail address or a register’s number',
    reason: 'link.noIdentity',
    test: ({ evidence }) => ownIdentityOf(evidence) !== undefined,
  },
  {
    name: 'identity.free',
    clause: 'A2: what belongs to another person stays there; people are not merged',
    reason: 'link.taken',
    test: ({ intent, found }) => found.every(({ person }) => person === intent.person),
  },
  {
    name: 'identity.new',
    clause: 'N7: it is not the person’s already',
    reason: 'link.already',
    test: ({ intent, found }) => !found.some(({ person }) => person === intent.person),
  },
  {
    name: 'number.same',
    clause: 'A1: a national number that is not the person’s own is somebody else’s',
    reason: 'link.otherNumber',
    test: ({ evidence, namespaces }) =>
      !keysOf(evidence).some(({ namespace }) => isPersonalNumberNamespace(namespace) && namespaces.includes(namespace)),
  },
];

/** The provider's own name for the person in this proof. */
export const ownIdentityOf = (evidence: Evidence) =>
  keysOf(evidence).find(
    ({ namespace }) => namespace === ownNamespace({ id: evidence.provider, connector: evidence.connector }),
  );

/** The first check that does not hold. */
export const additionFault = (
  facts: AdditionFacts,
  checks: readonly AdditionCheck[] = additionChecks,
): AdditionCheck | undefined => checks.find(({ test }) => !test(facts));
