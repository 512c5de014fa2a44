// Single logout with a provider (SAML Profiles 4.4): our request to it, its answer, its request, our answer.
import type { KeyObject } from 'node:crypto';
import type { EpochMs } from '../../../base/clock.ts';
import { newToken, type Random } from '../../../base/ids.ts';
import type { SigningKey } from '../../../base/jose/index.ts';
import {
  type BindingReading,
  judgeLogoutRequest,
  judgeLogoutResponse,
  type LogoutRequest,
  logoutReasons,
  type MessageParameter,
  type OneUse,
  openMessage,
  type PostForm,
  postForm,
  readPost,
  readRedirect,
  redirectUrl,
  type Status,
  signMessage,
  soapEnvelope,
  statusCodes,
  writeLogoutRequest,
  writeLogoutResponse,
} from '../../../base/saml/index.ts';
import { loadXml, writeXml, type XmlElement } from '../../../base/xml/index.ts';
import type { UpstreamFacts } from '../../../core/linking/index.ts';
import type { OwnEntity, SamlProvider } from './ports.ts';
import { providerKeys } from './provider-keys.ts';

export interface LogoutPorts {
  readonly own: OwnEntity;
  readonly random: Random;
  readonly signingKey: () => SigningKey;
  /** Keys that a name may be encrypted to, the newest first. */
  readonly decryptionKeys: () => readonly KeyObject[];
  /** The provider of this entity ID. */
  readonly providerOf: (entityId: string) => Promise<SamlProvider | undefined>;
}

/** As it came: by redirect the whole query, by POST the fields of the form, by SOAP the body. */
export type LogoutInput =
  | { readonly binding: 'redirect'; readonly query: string }
  | { readonly binding: 'post'; readonly fields: Iterable<readonly [name: string, value: string]> }
  | { readonly binding: 'soap'; readonly body: Buffer };

/** How a provider asked: what our answer needs. */
export interface LogoutAsked {
  readonly requestId: string;
  readonly relayState?: string | undefined;
  readonly binding: LogoutInput['binding'];
}

export type LogoutMessage =
  | {
      readonly kind: 'request';
      readonly provider: SamlProvider;
      readonly request: LogoutRequest;
      readonly oneUse: OneUse;
      readonly asked: LogoutAsked;
    }
  /** An answer to the request of ours that its RelayState names; `ended`: it is that provider's own, and says so. */
  | { readonly kind: 'answer'; readonly relayState: string; readonly ended: boolean }
  | { readonly kind: 'refused'; readonly check: string; readonly provider: string | undefined };

function bytesOf(input: LogoutInput): BindingReading {
  if (input.binding === 'redirect') return readRedirect(input.query);
  if (input.binding === 'post') return readPost(input.fields);
  return { ok: true, received: { binding: 'soap', xml: input.body } };
}

/** The id of our request that leaves with this RelayState: what an answer must name. */
const requestIdOf = (relayState: string): string => `_${relayState}`;

/** Reads and judges what came to our logout address. Never throws on what others sent. */
export async function readLogout(ports: LogoutPorts, input: LogoutInput, now: EpochMs): Promise<LogoutMessage> {
  await loadXml();
  const no = (check: string, provider?: string): LogoutMessage => ({ kind: 'refused', check, provider });
  const read = bytesOf(input);
  if (!read.ok) return no(`binding.${read.reason}`);
  const opening = openMessage(read.received);
  if (!opening.ok) return no(`saml.${opening.reason}`);
  const { message } = opening;
  const { relayState } = read.received;
  const provider = await ports.providerOf(message.claimedIssuer ?? '');
  if (provider === undefined) return no('saml.unknownIssuer');
  const expected = { now, endpointUrl: ports.own.logoutUrl, peer: peerOf(provider) };
  if (message.kind === 'LogoutResponse') {
    if (relayState === undefined) return no('saml.relayState', provider.id);
    const verdict = judgeLogoutResponse(message, { ...expected, requestId: requestIdOf(relayState) });
    return { kind: 'answer', relayState, ended: verdict.accepted && isWhole(verdict.response.status) };
  }
  const verdict = judgeLogoutRequest(message, { ...expected, decryption: ports.decryptionKeys() });
  if (!verdict.accepted) return no(`saml.${verdict.reason}`, provider.id);
  const { request, oneUse } = verdict;
  const asked = { requestId: request.id, relayState, binding: input.binding };
  return { kind: 'request', provider, request, oneUse, asked };
}

const peerOf = ({ saml }: SamlProvider) => ({ entityId: saml.entityId, keys: providerKeys(saml) });

/** The login there is over. That others there were not reached (PartialLogout) is for its own page to say. */
const isWhole = ({ code }: Status): boolean => code === statusCodes.success;

/** A message on its way through the browser. */
export type LogoutDeparture =
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'post'; readonly form: PostForm };

const front = ['redirect', 'post'] as const;

/** The provider's place for logouts through the browser: by the binding that is wished for, or by the other one. */
function placeOf({ saml }: SamlProvider, wished: 'redirect' | 'post') {
  const order = wished === 'post' ? [...front].reverse() : front;
  for (const binding of order) {
    const found = saml.singleLogout.find((one) => one.binding === binding);
    if (found !== undefined) return { ...found, binding };
  }
  return undefined;
}

/** By redirect the signature stands beside the message, by POST inside. */
function sentBy(
  ports: LogoutPorts,
  binding: 'redirect' | 'post',
  message: XmlElement,
  given: { readonly location: string; readonly parameter: MessageParameter; readonly relayState: string | undefined },
): LogoutDeparture {
  const key = ports.signingKey();
  if (binding === 'redirect')
    return { kind: 'redirect', url: redirectUrl({ ...given, xml: Buffer.from(writeXml(message)), key }) };
  const xml = Buffer.from(writeXml(signMessage(message, key)));
  return { kind: 'post', form: postForm({ ...given, xml }) };
}

/** How the browser takes our logout to the provider (SAML Profiles 4.4.3.1); undefined when it takes none. */
export async function logoutDeparture(
  ports: LogoutPorts,
  provider: SamlProvider,
  { subject, nameId, session }: UpstreamFacts,
  given: { readonly relayState: string; readonly now: EpochMs },
): Promise<LogoutDeparture | undefined> {
  const place = placeOf(provider, 'redirect');
  if (place === undefined || nameId === undefined) return undefined;
  await loadXml();
  const { location, binding } = place;
  const { relayState } = given;
  const message = writeLogoutRequest({
    id: requestIdOf(relayState),
    issueInstant: given.now,
    issuer: ports.own.entityId,
    destination: location,
    nameId: { value: subject, ...nameId },
    sessionIndexes: session === undefined ? [] : [session],
    reason: logoutReasons.user,
  });
  return sentBy(ports, binding, message, { location, parameter: 'SAMLRequest', relayState });
}

export type LogoutAnswer = LogoutDeparture | { readonly kind: 'soap'; readonly body: Buffer };

/**
 * Our answer to a provider's request, by the binding that it came by where there is a place for it; undefined when there is
 * none. `open`: something that rested on the login was not reached (SAML Core 3.7.3.2).
 */
export async function logoutAnswer(
  ports: LogoutPorts,
  provider: SamlProvider,
  { requestId, relayState, binding }: LogoutAsked,
  open: boolean,
  now: EpochMs,
): Promise<LogoutAnswer | undefined> {
  await loadXml();
  const place = binding === 'soap' ? undefined : placeOf(provider, binding);
  const location = place?.responseLocation ?? place?.location;
  const message = writeLogoutResponse({
    id: `_${newToken(24, ports.random)}`,
    issueInstant: now,
    issuer: ports.own.entityId,
    destination: location,
    inResponseTo: requestId,
    status: { code: statusCodes.success, second: open ? statusCodes.partialLogout : undefined },
  });
  if (binding === 'soap') return { kind: 'soap', body: soapEnvelope(signMessage(message, ports.signingKey())) };
  if (place === undefined || location === undefined) return undefined;
  return sentBy(ports, place.binding, message, { location, parameter: 'SAMLResponse', relayState });
}
