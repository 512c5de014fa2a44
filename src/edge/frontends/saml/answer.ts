// The end of a login, told to the application: an assertion, or why there is none.
import type { HttpResponse } from '../../../base/http/index.ts';
import { statusCodes, writeAssertion } from '../../../base/saml/index.ts';
import { loadXml, writeXml } from '../../../base/xml/index.ts';
import { levelNameOut, type SamlApplication } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { ticketDigest } from '../../../core/issuing/index.ts';
import type { LoginOutcome, LoginRequest } from '../../../core/journey/index.ts';
import { reachApplication } from '../../../core/sessions/index.ts';
import type { ReasonCode } from '../../../wire/codes/index.ts';
import { answeredOnce } from './answered-once.ts';
import { assertionOf } from './assertion.ts';
import { type Call, callOf, commonOf, newMessageId, pageProblem, type SamlContext } from './call.ts';
import { firstRefusal, type SamlStatus, type StatusRefusal } from './checks.ts';
import { fromMemo, type SamlMemo } from './memo.ts';
import type { SamlPage } from './paths.ts';
import { type AboutPerson, doneRecord, refusedRecord } from './records.ts';
import { respond, respondRefusal } from './respond.ts';
import { sessionIndexOf } from './sealed.ts';
import { toldText } from './told-name.ts';

type Granted = Extract<LoginOutcome, { kind: 'granted' }>;
type Refused = Extract<LoginOutcome, { kind: 'refused' }>;

const { responder } = statusCodes;
/** SAML Core 3.2.2.2; Sweden Connect deployment profile 6.4 for `cancel`. */
const statuses: Readonly<Record<Refused['error'], SamlStatus>> = {
  denied: { code: responder, second: statusCodes.requestDenied },
  cancelled: { code: responder, second: statusCodes.cancel },
  loginRequired: { code: responder, second: statusCodes.noPassive },
  interactionRequired: { code: responder, second: statusCodes.noPassive },
  assuranceNotReached: { code: responder, second: statusCodes.noAuthnContext },
};

/** A level that we do not reach by ourselves might be reached by others, whom we may not ask (SAML Core 3.2.2.2). */
const proxyCountExceeded: SamlStatus = { code: responder, second: statusCodes.proxyCountExceeded };

/** A login that ended without a Permit, in SAML's words. */
const refusedLogin = ({ error, reason, rules }: Refused, { direct }: SamlMemo): StatusRefusal => ({
  check: 'login',
  status: direct === true && error === 'assuranceNotReached' ? proxyCountExceeded : statuses[error],
  because: ['the login ended without a ticket:', reason, ...(rules ?? [])].join(' '),
});

/** Answers the application at the end of its journey. Throws a Problem for a page where it cannot be answered any more. */
export async function answerLogin(
  context: SamlContext,
  login: LoginRequest,
  outcome: LoginOutcome,
  endpoint: SamlPage = 'sso',
): Promise<HttpResponse> {
  await loadXml();
  const { reference } = outcome;
  const memo = fromMemo(login.memo);
  const catalogue = context.ports.catalogue();
  const issuer = catalogue.issuers.get(login.issuer);
  const record = catalogue.samlApplications.get(memo.application);
  const partner = record && (await context.ports.partner(record));
  if (partner?.ok === false) throw pageProblem('request.noMetadata', reference, partner.because);
  const application = partner?.record;
  const { answerTo, answerBinding = 'post' } = memo;
  const isRegistered =
    application?.assertionConsumers.some(
      ({ location, binding }) => location === answerTo && binding === answerBinding,
    ) === true;
  if (issuer === undefined || application?.issuer !== issuer.id || !isRegistered)
    throw pageProblem('request.redirectUri', reference, 'the place for the answer is no longer registered');
  const call = callOf(context, issuer, endpoint, reference);
  if (outcome.kind === 'loginAdded') throw pageProblem('internal', reference, 'an application never adds a login');
  return outcome.kind === 'refused'
    ? await answerRefusal(context, call, application, memo, refusedLogin(outcome, memo), { reason: outcome.reason })
    : await answerGranted(context, call, application, memo, outcome);
}

async function answerGranted(
  context: SamlContext,
  call: Call,
  application: SamlApplication,
  memo: SamlMemo,
  { permit, session, person }: Granted,
): Promise<HttpResponse> {
  const { ports } = context;
  const named: SamlApplication =
    memo.transient === true ? { ...application, nameId: { format: 'transient' } } : application;
  const wish = { application: named, session: session.id, decision: call.reference, person };
  const release = await ports.release(permit, wish);
  const carried = permit.evidence.map(({ levelName }) => levelName).filter((name) => name !== undefined);
  const approved = call.issuer.approvedLevels ?? [];
  const levelName = levelNameOut({ level: permit.assurance, approved, carried }, memo.levels);
  const about = { person: permit.person, organisation: permit.organisation, session: session.id };
  const refused = firstRefusal(context.checks.answer, { memo, release, levelName });
  if (refused !== undefined) return await answerRefusal(context, call, application, memo, refused, { about });
  if (!release.ok || levelName === undefined)
    throw pageProblem('internal', call.reference, 'an answer without a name or a level');

  const assertion = assertionOf({
    id: newMessageId(ports.random),
    now: call.now,
    issuer: call.issuer,
    application,
    answerTo: memo.answerTo,
    inResponseTo: memo.request?.id,
    statement: release.statement,
    permit,
    session,
    sessionIndex: sessionIndexOf(ports.seals, application.id, session.id),
    levelName,
  });
  const element = writeAssertion(assertion);
  const record = doneRecord('ticket.issued', commonOf(call, application.id), about, {
    protocol: 'saml',
    jti: assertion.id,
    // What the signature of the assertion has as its DigestValue, in hex.
    digest: ticketDigest(writeXml(element)),
    answerTo: memo.answerTo,
    nameFormat: release.statement.nameId.format,
    attributes: release.statement.attributes.map(({ name }) => name),
    acr: permit.assurance,
    levelName,
    amr: permit.methods,
    assignment: permit.assignment,
    requesters: memo.requesters,
    unsolicited: memo.request === undefined || undefined,
    catalogue: call.catalogue.revision,
  });
  const again = { check: 'request.once', because: 'the request was answered before' };
  const committed = await ports.commit({
    claims: memo.request === undefined ? [] : answeredOnce(application.id, memo.request.id, call.now),
    writes: [
      reachApplication({
        session: session.id,
        application: application.id,
        issuer: call.issuer.id,
        subject: toldText(release.statement.nameId),
        at: call.now,
      }),
    ],
    ifWon: [record],
    ifLost: [
      refusedRecord(commonOf(call, application.id), again, {
        kind: 'ticket.replayed',
        reason: 'request.expired',
        about,
      }),
    ],
  });
  if (!committed.won) throw pageProblem('request.expired', call.reference, again.because);
  // An end that came first could not tell the application; one that comes now will find it.
  if ((await ports.sessions.byId(session.id))?.endedAt !== undefined)
    return await answerRefusal(context, call, application, memo, sessionOver, { about });
  return await respond(ports, call, application, memo, element);
}

const sessionOver: StatusRefusal = {
  check: 'answer.session',
  because: 'the session ended meanwhile',
  status: { code: responder, second: statusCodes.authnFailed },
};

/** Records why there is no assertion, and tells the application. */
export async function answerRefusal(
  { ports }: SamlContext,
  call: Call,
  application: SamlApplication,
  memo: SamlMemo,
  refused: StatusRefusal,
  more: { readonly reason?: ReasonCode; readonly about?: AboutPerson } = {},
): Promise<HttpResponse> {
  await ports.commit(recordOnly([refusedRecord(commonOf(call, application.id), refused, more)]));
  const message = `${refused.because} (reference ${call.reference})`;
  return await respondRefusal(ports, call, application, memo, { ...refused.status, message });
}
