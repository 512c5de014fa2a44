// What must hold within and between catalogue items, as one list of named checks, each with the clause it obeys.

import { accountChecks } from './checks-account.ts';
import { apiChecks } from './checks-api.ts';
import { applicationChecks } from './checks-application.ts';
import { assignmentConflictChecks } from './checks-assignment-conflict.ts';
import { cardProfileChecks } from './checks-card-profile.ts';
import { certificateIssuerChecks } from './checks-certificate-issuer.ts';
import { clientSystemChecks } from './checks-client-system.ts';
import { derivedRuleChecks } from './checks-derived-rule.ts';
import { enrolmentChecks } from './checks-enrolment.ts';
import { fedPeopleChecks } from './checks-fed-people.ts';
import { federationChecks } from './checks-federation.ts';
import { itemChecks } from './checks-items.ts';
import { metadataSourceChecks } from './checks-metadata.ts';
import { methodCutoffChecks } from './checks-method-cutoff.ts';
import { passwordDomainChecks } from './checks-password-domain.ts';
import { personSourceChecks } from './checks-person-source.ts';
import { preconditionChecks } from './checks-precondition.ts';
import { ruleChecks } from './checks-rule.ts';
import { samlApplicationChecks } from './checks-saml-application.ts';
import { samlProviderChecks } from './checks-saml-provider.ts';
import { upstreamChecks } from './checks-upstream.ts';
import type { CatalogueKind, CatalogueSnapshot } from './snapshot.ts';

/** One thing that does not hold. The path points into the item. */
export interface CatalogueProblem {
  readonly kind: CatalogueKind;
  readonly id: string;
  readonly path: readonly (string | number)[];
  /** What is wrong and what to write instead. */
  readonly message: string;
}

/** What the checks look at: all items, and which organisations the directory has (absent = not looked at). */
export interface CheckFacts {
  readonly snapshot: CatalogueSnapshot;
  readonly organisations?: ReadonlySet<string> | undefined;
}

export interface CatalogueCheck {
  readonly name: string;
  /** Requirement or standard. */
  readonly clause: string;
  readonly test: (facts: CheckFacts) => Iterable<CatalogueProblem>;
}

export const catalogueChecks: readonly CatalogueCheck[] = [
  ...applicationChecks,
  ...apiChecks,
  ...federationChecks,
  ...samlApplicationChecks,
  ...samlProviderChecks,
  ...itemChecks,
  ...ruleChecks,
  ...upstreamChecks,
  ...clientSystemChecks,
  ...metadataSourceChecks,
  ...certificateIssuerChecks,
  ...cardProfileChecks,
  ...derivedRuleChecks,
  ...accountChecks,
  ...passwordDomainChecks,
  ...personSourceChecks,
  ...preconditionChecks,
  ...fedPeopleChecks,
  ...enrolmentChecks,
  ...assignmentConflictChecks,
  ...methodCutoffChecks,
];

/** Every problem of a catalogue. `without` leaves out checks by name: for the tests that show what each is for. */
export function checkCatalogue(facts: CheckFacts, without: readonly string[] = []): readonly CatalogueProblem[] {
  return catalogueChecks.filter(({ name }) => !without.includes(name)).flatMap(({ test }) => [...test(facts)]);
}
