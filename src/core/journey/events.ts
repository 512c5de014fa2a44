// The trail of a login: one constructor per audit event, so that each is written with the same fields everywhere.
import type { EpochMs } from '../../base/clock.ts';
import type { ReasonCode } from '../../wire/codes/index.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { Precondition } from '../catalogue/precondition.ts';
import type { Evidence } from '../linking/evidence.ts';
import type { IdentityLink } from '../linking/identity-link.ts';
import type { Explanation, PolicyDecision } from '../policy/policy.ts';
import type { CheckedPrecondition } from '../provisioning/precondition.ts';
import type { Session } from '../sessions/session.ts';
import type { Journey } from './journey.ts';

type Body = Readonly<Record<string, unknown>>;

const about = (journey: Journey, at: EpochMs, person: string | undefined = journey.person) => ({
  at,
  person,
  application: journey.request.application,
  journey: journey.id,
  reference: journey.reference,
});

/** An explanation as the trail keeps it: each rule and each check that objected in full, the checks that held by name. */
export function explanationBody(explanation: Explanation): Body {
  const isHeld = (line: Explanation['lines'][number]) => line.rule.startsWith('check.') && !line.matched;
  return {
    ...explanation,
    lines: explanation.lines.filter((line) => !isHeld(line)),
    held: explanation.lines.filter(isHeld).map(({ rule }) => rule),
  };
}

/** What the trail tells of a proof: never the identifier itself. */
export const evidenceBody = (evidence: Evidence): Body => ({
  evidence: evidence.id,
  provider: evidence.provider,
  connector: evidence.connector,
  methods: evidence.methods,
  assurance: evidence.assurance,
  levelName: evidence.levelName,
  provenAt: evidence.provenAt,
  namespaces: [evidence.subject, ...evidence.alternates].map(({ namespace }) => namespace),
  behind: evidence.upstream?.behind,
  commission: evidence.commission,
  certificate: evidence.certificate && {
    population: evidence.certificate.population,
    class: evidence.certificate.certificateClass,
    fingerprint: evidence.certificate.fingerprint,
    issuer: evidence.certificate.issuer,
    serial: evidence.certificate.serial,
    cardNumber: evidence.certificate.cardNumber,
    card: evidence.certificate.card?.id,
    derived: evidence.certificate.derived,
    statusCheckedAt: evidence.certificate.statusCheckedAt,
    grace: evidence.certificate.grace,
    withoutDelta: evidence.certificate.withoutDelta,
    stapled: evidence.certificate.stapled,
  },
});

export const started = (journey: Journey, at: EpochMs, body: Body): AuditRecord => ({
  ...about(journey, at),
  kind: 'journey.started',
  outcome: 'ok',
  body: {
    issuer: journey.request.issuer,
    frontend: journey.request.frontend,
    requesters: journey.request.requesters,
    ...body,
  },
});

export const proved = (journey: Journey, at: EpochMs, evidence: Evidence): AuditRecord => ({
  ...about(journey, at),
  kind: 'journey.proved',
  outcome: 'ok',
  body: evidenceBody(evidence),
});

export const linked = (
  journey: Journey,
  at: EpochMs,
  person: string,
  evidence: Evidence,
  by: readonly string[],
  links: readonly string[] = [],
): AuditRecord => ({
  ...about(journey, at, person),
  kind: 'journey.linked',
  outcome: 'ok',
  body: { evidence: evidence.id, namespaces: by, ...(links.length === 0 ? {} : { links }) },
});

/** What the trail tells of a link: never the identifier itself. */
const linkBody = ({ id, namespace, provider, issuer, ceiling, source }: IdentityLink): Body => ({
  link: id,
  namespace,
  provider,
  issuer,
  ceiling,
  source,
});

/** A login was added to the person, who proved both identities in one sitting. */
export const identityLinked = (journey: Journey, at: EpochMs, link: IdentityLink, evidence: Evidence): AuditRecord => ({
  ...about(journey, at, link.person),
  kind: 'identity.linked',
  outcome: 'ok',
  session: link.session,
  body: { ...linkBody(link), evidence: evidence.id, provedBy: journey.request.adds?.provedBy },
});

export const identityUnlinked = (link: IdentityLink, at: EpochMs, by: string, body: Body): AuditRecord => ({
  kind: 'identity.unlinked',
  at,
  outcome: 'ok',
  person: link.person,
  body: { ...linkBody(link), by, ...body },
});

/** An administrator brought a link back that had ended. */
export const identityRestored = (link: IdentityLink, at: EpochMs, body: Body): AuditRecord => ({
  kind: 'identity.restored',
  at,
  outcome: 'ok',
  person: link.person,
  body: { ...linkBody(link), ...body },
});

export const refused = (journey: Journey, at: EpochMs, reason: ReasonCode, body: Body): AuditRecord => ({
  ...about(journey, at),
  kind: 'journey.refused',
  outcome: 'refused',
  reason,
  body,
});

/** The explanation of a decision, whatever it came to. */
export const explanationOf = (decision: PolicyDecision): Body =>
  explanationBody(decision.kind === 'permit' ? decision.permit.explanation : decision.explanation);

/** Policy's decision, whichever way it went. A no that only asks which assignment it is refuses nobody. */
export function decided(
  journey: Journey,
  at: EpochMs,
  decision: PolicyDecision,
  person: string | undefined,
  body: Body,
): AuditRecord {
  const asksWhich = body.step === 'chooseAssignment';
  return {
    ...about(journey, at, person),
    kind: 'journey.decided',
    outcome: decision.kind === 'deny' && !asksWhich ? 'refused' : 'ok',
    reason: decision.kind === 'permit' || asksWhich ? undefined : decision.reason,
    organisation: decision.kind === 'permit' ? decision.permit.organisation : undefined,
    body: { decision: decision.kind, ...body, explanation: explanationOf(decision) },
  };
}

/** The login ended with a no that is the journey's own, for example that nobody may be asked. */
export const ended = (journey: Journey, at: EpochMs, reason: ReasonCode, body: Body): AuditRecord => ({
  ...about(journey, at),
  kind: reason === 'journey.cancelled' ? 'journey.cancelled' : 'journey.finished',
  outcome: 'refused',
  reason,
  body,
});

export const finished = (
  journey: Journey,
  at: EpochMs,
  session: Session,
  organisation: string | undefined,
  body: Body,
): AuditRecord => ({
  ...about(journey, at, session.person),
  kind: 'journey.finished',
  outcome: 'ok',
  session: session.id,
  organisation,
  body,
});

export const sessionChanged = (
  kind: 'session.started' | 'session.steppedUp',
  journey: Journey,
  at: EpochMs,
  session: Session,
  body: Body,
): AuditRecord => ({ ...about(journey, at, session.person), kind, outcome: 'ok', session: session.id, body });

/** What the system behind an application said of somebody. A no, and a silence that lets nobody in, refuse the login. */
export const preconditionAsked = (
  journey: Journey,
  { precondition, answer, assignment, at }: CheckedPrecondition,
  person: string,
  whenSilent: Precondition['whenSilent'],
  why: string | undefined,
): AuditRecord => {
  const goesOn = answer === 'known' || (answer === 'silent' && whenSilent === 'goOn');
  return {
    ...about(journey, at, person),
    kind: 'precondition.asked',
    outcome: goesOn ? 'ok' : 'refused',
    reason: answer === 'known' ? undefined : `precondition.${answer}`,
    body: { precondition, answer, assignment, why },
  };
};
