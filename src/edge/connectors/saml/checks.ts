// What an answer must be like beyond what base/saml judges: level, age, organisation and person, held against our record.
import type { EpochMs } from '../../../base/clock.ts';
import type { AssertionFacts } from '../../../base/saml/index.ts';
import { isTestNumber } from '../../../core/catalogue/index.ts';
import type { SubjectKey } from '../../../core/directory/index.ts';
import { type Assurance, reaches, type UpstreamReason } from '../../../wire/codes/index.ts';
import { leewayMs } from './answer-reading.ts';
import type { LoginMemo } from './memo.ts';
import type { SamlProvider } from './ports.ts';

export interface PersonFacts {
  readonly provider: SamlProvider;
  readonly memo: LoginMemo;
  readonly assertion: AssertionFacts;
  readonly level: Assurance;
  readonly subjects: readonly SubjectKey[];
  /** What the assertion says it speaks for, and what this provider may speak for; undefined = its record does not say. */
  readonly scopes: readonly string[];
  readonly ownScopes: ReadonlySet<string> | undefined;
  readonly now: EpochMs;
}

export interface PersonCheck {
  readonly name: string;
  readonly clause: string;
  /** What the person is told. */
  readonly reason: UpstreamReason;
  readonly test: (facts: PersonFacts) => boolean;
}

export const personChecks: readonly PersonCheck[] = [
  {
    name: 'login.recent',
    clause: 'the oldest login that will do: SAML has no words to ask for it, so what comes is looked at',
    reason: 'upstream.tooOld',
    test: ({ assertion, memo: { maxAgeSeconds }, now }) =>
      maxAgeSeconds === undefined || assertion.authnInstant + leewayMs >= now - maxAgeSeconds * 1000,
  },
  {
    name: 'level.reached',
    clause: 'B3; SAML Core 3.3.2.2.1: by this provider’s own names, of which an unknown one is low',
    reason: 'upstream.levelTooLow',
    test: ({ level, memo }) => reaches(level, memo.required),
  },
  {
    name: 'passedOn.asAllowed',
    clause: 'SAML Core 3.4.1.5.1 ProxyCount: who was asked behind the provider is counted, for not every one is told',
    reason: 'upstream.invalid',
    test: ({ assertion, memo: { passedOn } }) =>
      passedOn === undefined || assertion.authenticatingAuthorities.length <= passedOn,
  },
  {
    name: 'organisation.own',
    clause: 'K3; Sweden Connect 04, 3.2.3: a provider speaks for the organisations and scopes of its record alone',
    reason: 'upstream.otherOrganisation',
    test: ({ scopes, ownScopes }) => ownScopes === undefined || scopes.every((scope) => ownScopes.has(scope)),
  },
  {
    name: 'person.named',
    clause: 'A1, A2: an identifier in a namespace that this provider may assert, in its one spelling',
    reason: 'upstream.subject',
    test: ({ subjects }) => subjects.length > 0,
  },
  {
    name: 'person.real',
    clause: 'N7: made-up numbers count only where the provider’s record says so',
    reason: 'upstream.testNumber',
    test: ({ subjects, provider: { saml } }) =>
      saml.testNumbers || subjects.every(({ namespace, value }) => !isTestNumber(namespace, value)),
  },
];

/** The first check that the answer does not pass. */
export const firstFailed = (checks: readonly PersonCheck[], facts: PersonFacts): PersonCheck | undefined =>
  checks.find(({ test }) => !test(facts));
