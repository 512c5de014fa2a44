// What an assertion says of a permitted login: subject, times, level, the common minimum, and what the record releases.
import { type EpochMs, minuteMs } from '../../../base/clock.ts';
import { type Assertion, type Attribute, attributeNameFormats, confirmationMethods } from '../../../base/saml/index.ts';
import { xmlText } from '../../../base/xml/index.ts';
import type { Issuer, SamlApplication } from '../../../core/catalogue/index.ts';
import { acrOf } from '../../../core/catalogue/index.ts';
import type { AssertionStatement } from '../../../core/issuing/index.ts';
import type { Permit } from '../../../core/policy/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import { entityIdOf } from './paths.ts';
import { nameIdOf } from './told-name.ts';

/** How long an application may take to look at an answer. */
export const assertionMs = 5 * minuteMs;
/** Applications whose clocks are behind (Sweden Connect deployment profile 6.3: at most a minute). */
const skewMs = minuteMs;

export interface AssertionContent {
  readonly id: string;
  readonly now: EpochMs;
  readonly issuer: Issuer;
  readonly application: SamlApplication;
  readonly answerTo: string;
  readonly inResponseTo: string | undefined;
  readonly statement: AssertionStatement;
  readonly permit: Permit;
  readonly session: Session;
  readonly sessionIndex: string;
  readonly levelName: string;
}

/** SAML Profiles 4.1.4.2. */
export function assertionOf(content: AssertionContent): Assertion {
  const { now, issuer, application, statement, permit } = content;
  const until = now + assertionMs;
  return {
    id: content.id,
    issueInstant: now,
    issuer: entityIdOf(issuer),
    subject: {
      nameId: nameIdOf(statement.nameId, issuer, application),
      confirmations: [
        {
          method: confirmationMethods.bearer,
          data: { notOnOrAfter: until, recipient: content.answerTo, inResponseTo: content.inResponseTo },
        },
      ],
    },
    conditions: {
      notBefore: now - skewMs,
      notOnOrAfter: until,
      audienceRestrictions: [[application.entityId]],
      oneTimeUse: false,
      notUnderstood: 0,
    },
    authnStatements: [
      {
        authnInstant: statement.authTime,
        sessionIndex: content.sessionIndex,
        sessionNotOnOrAfter: Math.min(
          content.session.absoluteUntil,
          statement.accountUntil ?? Number.POSITIVE_INFINITY,
        ),
        classRef: content.levelName,
        authenticatingAuthorities: authoritiesOf(permit),
      },
    ],
    attributeStatements: [[...releasedOf(statement), ...minimumOf(statement)].map(writable)],
  };
}

/** Who proved it upstream (SAML Core 2.7.2.2). */
const authoritiesOf = ({ evidence }: Permit): readonly string[] => [
  ...new Set(evidence.map(({ upstream }) => upstream?.issuer).filter((issuer) => issuer !== undefined)),
];

/** A register's stray control character in a value must not cost anybody the login. */
const writable = (attribute: Attribute): Attribute => ({ ...attribute, values: attribute.values.map(xmlText) });

const releasedOf = ({ attributes }: AssertionStatement): readonly Attribute[] =>
  attributes.map(({ name, nameFormat, friendlyName, values }) => ({
    name,
    nameFormat: attributeNameFormats[nameFormat],
    friendlyName,
    values,
  }));

/** Names of the common minimum (N9): those that tokens have, as URIs. */
export const minimumName = (claim: string): string => `urn:tillit:claim:${claim}`;

/** What every ticket says, whatever was asked for and in whatever protocol (N9). */
function minimumOf(statement: AssertionStatement): readonly Attribute[] {
  const { minimum } = statement;
  const { professional } = minimum;
  const told: Readonly<Record<string, string | readonly string[] | undefined>> = {
    sub_namespace: minimum.subjectNamespace,
    professional_id: professional && `${professional.namespace}:${professional.value}`,
    organisation_parent: minimum.organisationParent,
    organisation_child: minimum.organisationChild,
    supplier: minimum.supplier,
    purpose: minimum.purpose,
    assignment_id: statement.assignment,
    organisation_id: statement.organisation,
    acr: acrOf(statement.assurance),
    amr: statement.methods,
    decision: statement.decision,
  };
  return Object.entries(told).flatMap(([claim, value]) => {
    const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
    return values.length === 0
      ? []
      : [{ name: minimumName(claim), nameFormat: attributeNameFormats.uri, friendlyName: claim, values }];
  });
}
