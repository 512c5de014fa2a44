// Single logout with a provider (SAML Profiles 4.4): our request to it, its answer, its request, our answer.
import type { EpochMs } from '../../../base/clock.ts';
import { newToken, type Random } from '../../../base/ids.ts';
import type { SigningKey } from '../../../base/jose/index.ts';
import {
  type BindingReading,
  judgeLogoutRequest,
  judgeLogoutResponse,
  type LogoutRequest,
  logoutReasons,
  type OneUse,
  type OpenMessage,
  openMessage,
  type ReceivedMessage,
  readRedirect,
  redirectUrl,
  signMessage,
  soapEnvelope,
  statusCodes,
  writeLogoutRequest,
  writeLogoutResponse,
} from '../../../base/saml/index.ts';
import { loadXml, writeXml } from '../../../base/xml/index.ts';
import type { UpstreamFacts } from '../../../core/linking/index.ts';
import type { OwnEntity, SamlProvider } from './ports.ts';
import { providerKeys } from './provider-keys.ts';

export interface LogoutPorts {
  readonly own: OwnEntity;
  readonly random: Random;
  readonly signingKey: () => SigningKey;
  /** The provider of this entity ID. */
  readonly providerOf: (entityId: string) => Promise<SamlProvider | undefined>;
}

/** As it came: by redirect the whole query, by SOAP the body. */
export type LogoutInput =
  | { readonly binding: 'redirect'; readonly query: string }
  | { readonly binding: 'soap'; readonly body: Buffer };

export type LogoutMessage =
  | {
      readonly kind: 'request';
      readonly provider: SamlProvider;
      readonly request: LogoutRequest;
      readonly oneUse: OneUse;
      readonly relayState: string | undefined;
    }
  /** An answer: whose it claims to be; `judgeLogoutAnswer` says whether it is. */
  | { readonly kind: 'answer'; readonly relayState: string | undefined; readonly message: OpenMessage }
  | { readonly kind: 'refused'; readonly check: string; readonly provider: string | undefined };

const bytesOf = (input: LogoutInput): BindingReading => {
  if (input.binding === 'redirect') return readRedirect(input.query);
  const received: ReceivedMessage = { binding: 'soap', xml: input.body };
  return { ok: true, received };
};

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
  if (message.kind === 'LogoutResponse') return { kind: 'answer', relayState, message };
  const provider = await ports.providerOf(message.claimedIssuer ?? '');
  if (provider === undefined) return no('saml.unknownIssuer');
  const verdict = judgeLogoutRequest(message, expectedOf(ports, provider, now));
  return verdict.accepted
    ? { kind: 'request', provider, request: verdict.request, oneUse: verdict.oneUse, relayState }
    : no(`saml.${verdict.reason}`, provider.id);
}

const expectedOf = ({ own }: LogoutPorts, { saml }: SamlProvider, now: EpochMs) => ({
  now,
  endpointUrl: own.logoutUrl,
  peer: { entityId: saml.entityId, keys: providerKeys(saml) },
});

/** Whether this answer is the provider's own, to the request of this id, and says that the login there is over. */
export function judgeLogoutAnswer(
  ports: LogoutPorts,
  message: OpenMessage,
  provider: SamlProvider,
  requestId: string,
  now: EpochMs,
): 'ended' | 'refused' {
  const verdict = judgeLogoutResponse(message, { ...expectedOf(ports, provider, now), requestId });
  return verdict.accepted && verdict.response.status.code === statusCodes.success ? 'ended' : 'refused';
}

/** Where the browser takes our logout to (by redirect, SAML Profiles 4.4.3.1); undefined when the provider takes none. */
export async function logoutUrl(
  ports: LogoutPorts,
  { saml }: SamlProvider,
  { subject, nameId, session }: UpstreamFacts,
  given: { readonly requestId: string; readonly relayState: string; readonly now: EpochMs },
): Promise<string | undefined> {
  const endpoint = saml.singleLogout.find(({ binding }) => binding === 'redirect');
  if (endpoint === undefined || nameId === undefined) return undefined;
  await loadXml();
  const { location } = endpoint;
  const message = writeLogoutRequest({
    id: given.requestId,
    issueInstant: given.now,
    issuer: ports.own.entityId,
    destination: location,
    nameId: { value: subject, ...nameId },
    sessionIndexes: session === undefined ? [] : [session],
    reason: logoutReasons.user,
  });
  const xml = Buffer.from(writeXml(message));
  const { relayState } = given;
  return redirectUrl({ location, parameter: 'SAMLRequest', xml, relayState, key: ports.signingKey() });
}

export type LogoutAnswer =
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'soap'; readonly body: Buffer };

/** Our answer to a provider's request, by the binding that it came by; undefined when the provider has no place for it. */
export function logoutAnswer(
  ports: LogoutPorts,
  { provider: { saml }, request, relayState }: Extract<LogoutMessage, { kind: 'request' }>,
  binding: LogoutInput['binding'],
  now: EpochMs,
): LogoutAnswer | undefined {
  const endpoint = saml.singleLogout.find((one) => one.binding === 'redirect');
  const location = binding === 'soap' ? undefined : (endpoint?.responseLocation ?? endpoint?.location);
  const message = writeLogoutResponse({
    id: `_${newToken(24, ports.random)}`,
    issueInstant: now,
    issuer: ports.own.entityId,
    destination: location,
    inResponseTo: request.id,
    status: { code: statusCodes.success },
  });
  const key = ports.signingKey();
  if (binding === 'soap') return { kind: 'soap', body: soapEnvelope(signMessage(message, key)) };
  if (location === undefined) return undefined;
  const xml = Buffer.from(writeXml(message));
  return { kind: 'redirect', url: redirectUrl({ location, parameter: 'SAMLResponse', xml, relayState, key }) };
}
