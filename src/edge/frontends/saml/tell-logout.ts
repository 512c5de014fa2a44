// Telling an application that a session ended (SAML Profiles 4.4.3): by SOAP from the outbox, or in a frame of the page after logout.
import type { EpochMs } from '../../../base/clock.ts';
import { newReference } from '../../../base/ids.ts';
import {
  judgeLogoutResponse,
  logoutReasons,
  logoutResponseChecks,
  openMessage,
  redirectUrl,
  type Status,
  soapContentType,
  soapEnvelope,
  statusCodes,
  writeLogoutRequest,
} from '../../../base/saml/index.ts';
import { loadXml, writeXml } from '../../../base/xml/index.ts';
import type { CatalogueSnapshot, Issuer, SamlApplication, SamlBinding } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { samlIssuerKeyOwner } from '../../../core/issuing/index.ts';
import type { Delivery } from '../../../core/outbox/index.ts';
import { newMessageId } from './call.ts';
import { logoutPlace, peerOf } from './partner.ts';
import { entityIdOf } from './paths.ts';
import type { SamlPorts } from './ports.ts';
import { signed } from './respond.ts';
import { frameRequestId, sessionIndexOf } from './sealed.ts';
import { nameIdOf, toldName } from './told-name.ts';

/** What a session reached, as the outbox and the page after logout have it. */
export interface ToldLogout {
  readonly application: string;
  readonly issuer: string;
  readonly subject: string;
  readonly session: string;
}

/** Posts a body to one URI: never follows a redirect, gives up after `timeoutMs`, reads at most `maxBytes` of the answer. */
export type PostXml = (
  uri: string,
  body: Buffer,
  given: { readonly contentType: string; readonly timeoutMs: number; readonly maxBytes: number },
) => Promise<{ readonly status: number; readonly body: Buffer }>;

export type LogoutDelivery =
  | { readonly kind: 'delivered' }
  /** There is nobody to tell: the application is gone, was told no name, or takes no logouts by SOAP. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'failed'; readonly because: string };

interface Wanted {
  readonly application: SamlApplication;
  readonly issuer: Issuer;
  readonly location: string;
  readonly name: NonNullable<ReturnType<typeof toldName>>;
}

function wantedBy(catalogue: CatalogueSnapshot, about: ToldLogout, binding: SamlBinding): Wanted | undefined {
  const application = catalogue.samlApplications.get(about.application);
  const issuer = catalogue.issuers.get(about.issuer);
  const place = application && logoutPlace(application, binding);
  const name = toldName(about.subject);
  if (application?.issuer !== issuer?.id || !application || !issuer || !place || !name) return undefined;
  return { application, issuer, location: place.location, name };
}

/** By which ways an application can be told. */
export const waysToTell = (catalogue: CatalogueSnapshot, about: ToldLogout) => ({
  back: wantedBy(catalogue, about, 'soap') !== undefined,
  front: wantedBy(catalogue, about, 'redirect') !== undefined,
});

function requestOf(ports: Pick<SamlPorts, 'seals'>, wanted: Wanted, session: string, now: EpochMs, id: string) {
  const { application, issuer, location, name } = wanted;
  return {
    id,
    issueInstant: now,
    issuer: entityIdOf(issuer),
    destination: location,
    nameId: nameIdOf(name, issuer, application),
    sessionIndexes: [sessionIndexOf(ports.seals, application.id, session)],
    reason: logoutReasons.user,
  };
}

/** What a hidden frame of the page after logout opens; undefined when the application cannot be told so. */
export function logoutFrame(
  ports: Pick<SamlPorts, 'seals' | 'keys' | 'catalogue' | 'clock'>,
  about: ToldLogout,
): string | undefined {
  const wanted = wantedBy(ports.catalogue(), about, 'redirect');
  if (wanted === undefined) return undefined;
  const { seals } = ports;
  const id = frameRequestId(seals, wanted.application.id, about.session);
  const xml = Buffer.from(writeXml(writeLogoutRequest(requestOf(ports, wanted, about.session, ports.clock(), id))));
  const key = ports.keys.signing(samlIssuerKeyOwner(wanted.issuer.id), 'RS256');
  return redirectUrl({ location: wanted.location, parameter: 'SAMLRequest', xml, key });
}

type Telling = Pick<SamlPorts, 'clock' | 'random' | 'catalogue' | 'keys' | 'seals' | 'commit'>;

/** Sends one signed LogoutRequest, judges what comes back, and writes down how it went. Each try is a request of its own. */
export async function deliverSamlLogout(
  message: Delivery,
  ports: Telling & { readonly post: PostXml },
): Promise<LogoutDelivery> {
  const about = readPayload(message.payload);
  const wanted = about && wantedBy(ports.catalogue(), about, 'soap');
  if (about === undefined || wanted === undefined) return { kind: 'nobody' };
  await loadXml();
  const now = ports.clock();
  const outcome = await send(ports, wanted, about.session, now);
  const delivered = outcome.kind === 'delivered';
  const record = {
    kind: delivered ? 'session.logoutSent' : 'session.logoutFailed',
    at: now,
    outcome: delivered ? 'ok' : 'failed',
    application: about.application,
    session: about.session,
    reference: newReference(),
    body: {
      message: message.id,
      attempt: message.attempts,
      because: outcome.kind === 'failed' ? outcome.because : undefined,
    },
  } as const;
  await ports.commit(recordOnly([record]));
  return outcome;
}

async function send(
  ports: Telling & { readonly post: PostXml },
  wanted: Wanted,
  session: string,
  now: EpochMs,
): Promise<LogoutDelivery> {
  const request = requestOf(ports, wanted, session, now, newMessageId(ports.random));
  const envelope = soapEnvelope(signed(ports, wanted, writeLogoutRequest(request)));
  try {
    const limits = { contentType: soapContentType, timeoutMs: 5000, maxBytes: 65_536 };
    const { status, body } = await ports.post(wanted.location, envelope, limits);
    if (status !== 200) return { kind: 'failed', because: `the application answered ${status}` };
    return answered(ports, wanted, request.id, body);
  } catch (thrown) {
    return { kind: 'failed', because: thrown instanceof Error ? thrown.message.slice(0, 200) : 'no answer' };
  }
}

/** An answer by SOAP comes back on the connection that asked: it has no destination, and some name an old one (SAML Bindings 3.2.2). */
const soapAnswerChecks = logoutResponseChecks.filter(({ name }) => name !== 'destination');

function answered({ clock }: Telling, wanted: Wanted, requestId: string, xml: Buffer): LogoutDelivery {
  const opening = openMessage({ binding: 'soap', xml });
  if (!opening.ok) return { kind: 'failed', because: `its answer cannot be read: ${opening.reason}` };
  const expected = { now: clock(), endpointUrl: wanted.location, peer: peerOf(wanted.application), requestId };
  const verdict = judgeLogoutResponse(opening.message, expected, soapAnswerChecks);
  if (!verdict.accepted) return { kind: 'failed', because: `its answer is not believed: ${verdict.reason}` };
  const { status } = verdict.response;
  return isGone(status)
    ? { kind: 'delivered' }
    : { kind: 'failed', because: `it answered ${status.second ?? status.code}`.slice(0, 200) };
}

/** Ended there, or not known there: both are what was wanted. */
export const isGone = ({ code, second }: Status): boolean =>
  code === statusCodes.success || second === statusCodes.unknownPrincipal;

function readPayload(payload: Readonly<Record<string, unknown>>): ToldLogout | undefined {
  const { application, issuer, subject, session } = payload;
  const texts = [application, issuer, subject, session].every((each) => typeof each === 'string');
  return texts ? (payload as unknown as ToldLogout) : undefined;
}
