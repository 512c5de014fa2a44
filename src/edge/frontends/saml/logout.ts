// Logout by an application (SAML Profiles 4.4): the whole session ends, and the application hears how far that went.
import {
  type HttpRequest,
  type HttpResponse,
  onwardPage,
  parseQuery,
  seeOther,
  withSetCookies,
} from '../../../base/http/index.ts';
import { judgeLogoutRequest, type LogoutRequest, type Status, statusCodes } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import type { Issuer, SamlApplication } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import { onwardWords } from '../../../wire/texts/index.ts';
import { type Call, callOf, commonOf, pageProblem, refuseByPage, type SamlContext } from './call.ts';
import { firstRefusal, type StatusRefusal } from './checks.ts';
import { answeredInFrame } from './frame-answer.ts';
import { canAnswer, logoutAnswer, soapLogoutAnswer } from './logout-answer.ts';
import { type LogoutWay, logoutTarget, readLogoutTarget } from './logout-target.ts';
import { peerOf } from './partner.ts';
import { type SamlPage, samlUrl } from './paths.ts';
import { type Opened, openFromBrowser, openKnown } from './received.ts';
import { refusedRecord, type SamlRefusal } from './records.ts';
import { sessionOfIndex } from './sealed.ts';
import { refuseBySoap, tooManyRefused } from './soap-answer.ts';

type Judged =
  | { readonly kind: 'unbelieved'; readonly refused: SamlRefusal }
  | { readonly kind: 'refused'; readonly request: LogoutRequest; readonly refused: StatusRefusal }
  | { readonly kind: 'ended'; readonly request: LogoutRequest; readonly session: Session };

/** Answers GET and POST /saml/slo. Throws a Problem for a page where the request cannot be believed. */
export async function logout(context: SamlContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  await loadXml();
  const { browser, sessions } = context.ports;
  const call = callOf(context, issuer, 'slo');
  const opened = await openFromBrowser(context, call, request);
  const { application, message } = opened;
  if (message.kind === 'LogoutResponse') return await answeredInFrame(context, call, opened);
  const cookie = browser.read(request).session;
  const here = cookie === undefined ? undefined : await sessions.find(cookie, call.now);
  const judged = await judge(context, call, opened, 'slo', here);
  if (judged.kind === 'unbelieved') return await refuseByPage(context, call, application.id, judged.refused);
  const { relayState } = message.received;
  const way: LogoutWay = { requestId: judged.request.id, relayState, posted: message.received.binding === 'post' };
  if (judged.kind === 'refused') {
    const status = statusOf(judged.refused, call);
    const answer = logoutAnswer(context.ports, call, application, way, status);
    return answer ?? (await refuseByPage(context, call, application.id, judged.refused));
  }
  const { session } = judged;
  const target = canAnswer(application)
    ? logoutTarget(context.ports.seals, call, application, session.id, way)
    : undefined;
  // By way of our page: frames are for a browser, and what was not reached must be seen.
  const page = browser.loggedOutUrl(session.id, target);
  const cookies = here?.id === session.id ? browser.forget() : [];
  if (!way.posted) return seeOther(page, cookies);
  // The page may lead on to a provider, which the application's `form-action` does not name.
  return withSetCookies(onwardPage(page, onwardWords(browser.read(request).locale ?? 'sv')), cookies);
}

/** Answers POST /saml/slo/soap. */
export async function logoutBySoap(context: SamlContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  await loadXml();
  const call = callOf(context, issuer, 'slo-soap');
  const wait = context.ports.wrongTries.waitMs(request.ip, call.now);
  if (wait > 0) return tooManyRefused(wait);
  const opened = await openKnown(context, call, { binding: 'soap', xml: request.body });
  if ('check' in opened) return await refuseBySoap(context, call, request, undefined, opened);
  const { application } = opened;
  const judged = await judge(context, call, opened, 'slo-soap', undefined);
  if (judged.kind === 'unbelieved') return await refuseBySoap(context, call, request, application.id, judged.refused);
  const status =
    judged.kind === 'refused'
      ? statusOf(judged.refused, call)
      : await reachedStatus(context, judged.session.id, application);
  return soapLogoutAnswer(context.ports, call, judged.request.id, status);
}

/** Answers GET /saml/slo/done: the way from our page back to the application that asked. */
export async function logoutDone(context: SamlContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  await loadXml();
  const call = callOf(context, issuer, 'slo-done');
  const query = parseQuery(request.query);
  const fields: ReadonlyMap<string, string> = query.ok ? query.fields : new Map();
  const wanted = readLogoutTarget(context.ports.seals, issuer, fields.get('to') ?? '', call.now);
  const passed = fields.get('passed');
  const record = wanted && call.catalogue.samlApplications.get(wanted.application);
  const partner = record && (await context.ports.partner(record));
  const application = partner?.ok ? partner.record : undefined;
  const status = wanted && application && (await reachedStatus(context, wanted.session, application, passed));
  const answer = status && logoutAnswer(context.ports, call, application, wanted, status);
  if (answer !== undefined) return answer;
  const because = 'no logout that was asked for here a while ago';
  return await refuseByPage(context, call, application?.id, { check: 'request.resumed', because });
}

async function judge(
  context: SamlContext,
  call: Call,
  { message, application }: Opened,
  page: SamlPage,
  here: Session | undefined,
): Promise<Judged> {
  const { ports, checks } = context;
  const expected = { now: call.now, endpointUrl: samlUrl(call.issuer, page), peer: peerOf(application) };
  const verdict = judgeLogoutRequest(message, expected, checks.logoutRequest);
  if (!verdict.accepted) return { kind: 'unbelieved', refused: { check: verdict.reason, because: verdict.because } };
  const { request, oneUse } = verdict;
  const session = await sessionMeant(context, application, request, here);
  const reach = session && (await ports.sessions.reached(session.id)).find((one) => one.application === application.id);
  const facts = { request, issuer: call.issuer, application, session, reach };
  const refused = firstRefusal(checks.logout, facts);
  if (refused !== undefined) {
    await ports.commit(recordOnly([refusedRecord(commonOf(call, application.id), refused)]));
    return { kind: 'refused', request, refused };
  }
  if (session === undefined) throw pageProblem('internal', call.reference, 'a logout of no session');
  const again = { check: 'request.once', because: 'the request was used before' };
  const claimed = await ports.commit({
    claims: [{ scope: 'saml_request', key: `${application.id} ${request.id}`, until: oneUse.until }],
    writes: [],
    ifWon: [],
    ifLost: [],
  });
  if (!claimed.won) return { kind: 'unbelieved', refused: again };
  await ports.sessions.end(session.id, 'logoutByApplication', call.reference, application.id);
  return { kind: 'ended', request, session };
}

/** By its index, which we can read; without one, the session of the browser (SAML Core 3.7.1: every session of the person). */
async function sessionMeant(
  { ports }: SamlContext,
  application: SamlApplication,
  { sessionIndexes }: LogoutRequest,
  here: Session | undefined,
): Promise<Session | undefined> {
  if (sessionIndexes.length === 0) return here;
  for (const index of sessionIndexes) {
    const id = sessionOfIndex(ports.seals, application.id, index);
    const found = id === undefined ? undefined : await ports.sessions.byId(id);
    if (found !== undefined) return found;
  }
  return undefined;
}

const statusOf = ({ status, because }: StatusRefusal, { reference }: Call): Status => ({
  ...status,
  message: `${because} (reference ${reference})`,
});

/** SAML Core 3.7.3.2: ended here; PartialLogout when somebody was not reached, or never answered. */
async function reachedStatus(
  { ports }: SamlContext,
  session: string,
  { id }: SamlApplication,
  passed?: string,
): Promise<Status> {
  const open = await ports.stillOpen({ sessions: [session], asker: { kind: 'application', id }, passed });
  return { code: statusCodes.success, second: open ? statusCodes.partialLogout : undefined };
}
