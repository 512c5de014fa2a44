// What is released about a person to one SAML application, by its record's rules: the name, and each attribute. Needs a Permit.
import type { EpochMs } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import {
  answerRulesOf,
  type CommissionReleasable,
  commissionReleasable,
  type NameIdFormatName,
  type NameIdRule,
  type Releasable,
  type ReleasedAttribute,
  type SamlApplication,
} from '../catalogue/index.ts';
import type { Assignment, HeldAccount, PersonFacts } from '../directory/index.ts';
import { isPermit, type Permit } from '../policy/index.ts';
import { commissionFacts } from './commission-facts.ts';
import type { HeldFacts } from './release.ts';
import type { Statement } from './statement.ts';
import { ticketMinimum } from './ticket-minimum.ts';

export interface AssertionRequest {
  readonly application: SamlApplication;
  readonly person: PersonFacts;
  readonly session: string;
  /** Reference of the decision in the audit. */
  readonly decision: string;
  readonly held: AssertionHeld;
}

/** What the rules need and the directory's facts do not say; looked up only when `assertionNeeds` asks for it. */
export interface AssertionHeld extends Pick<HeldFacts, 'nationalNumber'> {
  /** The person's lasting name towards this application alone (SAML Core 8.3.7). */
  readonly pairwise?: string | undefined;
  /** A name that is made for this application and session alone (SAML Core 8.3.8). */
  readonly transient?: string | undefined;
  /** The person's account in the system that stands behind the application. */
  readonly account?: HeldAccount | undefined;
}

/** One attribute with what it says; never without a value. */
export interface AttributeStatement extends Omit<ReleasedAttribute, 'from'> {
  readonly values: readonly string[];
  /** A national number: never stored or logged in the clear. */
  readonly confidential: boolean;
}

export interface AssertionStatement
  extends Pick<
    Statement,
    | 'application'
    | 'assurance'
    | 'methods'
    | 'authTime'
    | 'session'
    | 'assignment'
    | 'organisation'
    | 'decision'
    | 'minimum'
  > {
  /** The application may not keep its session longer than the account is open (K6). */
  readonly accountUntil?: EpochMs | undefined;
  readonly nameId: { readonly format: NameIdFormatName; readonly value: string };
  readonly attributes: readonly AttributeStatement[];
}

/** Without what the name is made of there is no answer: the application could not tell who came. */
export type AssertionRelease =
  | { readonly ok: true; readonly statement: AssertionStatement }
  | { readonly ok: false; readonly missing: Releasable };

interface Known {
  readonly person: PersonFacts;
  readonly permit: Permit;
  readonly held: AssertionHeld;
  readonly decision: string;
  readonly assignment: Assignment | undefined;
}

type Told = string | readonly string[] | undefined;
const organisationOf = ({ person, assignment }: Known) =>
  assignment === undefined ? undefined : person.organisations.get(assignment.organisation);
const unitOf = ({ person, assignment }: Known) =>
  assignment?.unit === undefined ? undefined : person.units.get(assignment.unit);

const values: Readonly<Record<Exclude<Releasable, `person.${string}`>, (known: Known) => Told>> = {
  personId: ({ permit }) => permit.person,
  name: ({ person: { person } }) => `${person.givenName} ${person.familyName}`,
  givenName: ({ person }) => person.person.givenName,
  familyName: ({ person }) => person.person.familyName,
  nationalNumber: ({ held }) => held.nationalNumber,
  hsaId: ({ assignment }) => assignment?.hsaId,
  hprNumber: ({ assignment }) => assignment?.hprNumber,
  organisationId: ({ assignment }) => assignment?.organisation,
  organisationName: (known) => organisationOf(known)?.name,
  organisationNumber: (known) => organisationOf(known)?.number,
  organisationParent: ({ person, assignment }) => ticketMinimum(person, assignment).organisationParent,
  unitId: (known) => unitOf(known)?.id,
  unitName: (known) => unitOf(known)?.name,
  role: ({ assignment }) => assignment?.role,
  roleTitle: ({ assignment }) => assignment?.title,
  assignmentId: ({ assignment }) => assignment?.id,
  ...commissionValues(),
  assurance: ({ permit }) => permit.assurance,
  methods: ({ permit }) => permit.methods,
  decision: ({ decision }) => decision,
  upn: ({ held, person }) => held.account?.principal ?? (person.person.attributes['upn'] as Told),
  accountName: ({ held }) => held.account?.loginName,
};

function commissionValues(): Readonly<Record<CommissionReleasable, (known: Known) => Told>> {
  const of =
    (name: CommissionReleasable) =>
    ({ assignment }: Known): Told =>
      assignment?.commission && commissionFacts[name].value(assignment.commission);
  return Object.fromEntries(commissionReleasable.map((name) => [name, of(name)])) as ReturnType<
    typeof commissionValues
  >;
}

const ofPerson = 'person.';

const ownValue = <Value>(of: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

function told(from: Releasable, known: Known): readonly string[] {
  const value = from.startsWith(ofPerson)
    ? ownValue(known.person.person.attributes, from.slice(ofPerson.length))
    : values[from as keyof typeof values](known);
  const all = value === undefined ? [] : typeof value === 'object' ? value : [String(value)];
  return all.filter((each) => each !== '');
}

/** What must be looked up for an answer: the national number is opened only for one that says it. */
export function assertionNeeds(application: SamlApplication): {
  readonly nationalNumber: boolean;
  readonly pairwise: boolean;
} {
  const { nameId, attributes } = answerRulesOf(application);
  return {
    nationalNumber: attributes.some(({ from }) => from === 'nationalNumber'),
    pairwise: nameId.format === 'persistent',
  };
}

function nameOf({ format, from }: NameIdRule, known: Known): string | undefined {
  const { held } = known;
  const made = format === 'persistent' ? held.pairwise : format === 'transient' ? held.transient : undefined;
  return made ?? (from && told(from, known)[0]);
}

const refuse = (detail: string): Problem => new Problem({ kind: 'internal', code: 'internal', detail });

/**
 * Makes the statement of a permitted login. Throws when the Permit is not a genuine one of this process, or is about
 * another person or application than the request: a fault of ours, never something to answer with an assertion.
 */
export function releaseAssertion(permit: Permit, request: AssertionRequest): AssertionRelease {
  if (!isPermit(permit)) throw refuse('a statement was asked for without a permit');
  const { application, person, held, session, decision } = request;
  if (permit.application !== application.id) throw refuse('the permit is for another application');
  if (permit.person !== person.person.id) throw refuse('the permit is about another person');
  const assignment = person.assignments.find(({ id }) => id === permit.assignment);
  const known: Known = { person, permit, held, decision, assignment };
  const rules = answerRulesOf(application);
  const { format, from } = rules.nameId;
  const name = nameOf(rules.nameId, known);
  if (name === undefined) {
    if (from === undefined) throw refuse(`no ${format} name was made`);
    return { ok: false, missing: from };
  }
  return {
    ok: true,
    statement: {
      nameId: { format, value: name },
      attributes: rules.attributes.flatMap(({ from: source, ...rule }) => {
        const said = told(source, known);
        return said.length === 0 ? [] : [{ ...rule, values: said, confidential: source === 'nationalNumber' }];
      }),
      application: permit.application,
      assurance: permit.assurance,
      methods: permit.methods,
      authTime: permit.authTime,
      session,
      assignment: permit.assignment,
      organisation: permit.organisation,
      decision,
      minimum: ticketMinimum(person, assignment),
      ...(held.account === undefined ? {} : { accountUntil: held.account.until }),
    },
  };
}
