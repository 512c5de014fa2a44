// Cosmic Link's SAML side: its metadata, what it asks of the hub, and how it judges what comes back (SAML Profiles 4.1, 4.4).
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../base/clock.ts';
import { newToken } from '../../../base/ids.ts';
import { type SigningKey, signingKeyOf } from '../../../base/jose/index.ts';
import {
  bindings,
  type IdpRole,
  judgeLogoutRequest,
  judgeLogoutResponse,
  judgeMetadata,
  judgeResponse,
  type LogoutRequest,
  type LogoutRequestVerdict,
  nameIdFormats,
  type OpenMessage,
  publicKeysOf,
  type ResponseVerdict,
  redirectUrl,
  signMessage,
  soapEnvelope,
  statusCodes,
  writeAuthnRequest,
  writeEntityDescriptor,
  writeLogoutRequest,
  writeLogoutResponse,
} from '../../../base/saml/index.ts';
import { keyHolderCertificate } from '../../../base/x509/index.ts';
import { loadXml, writeXml, type XmlElement } from '../../../base/xml/index.ts';

/** Where its endpoints lie, and what it is called. */
export const addressesOf = (url: string) => ({
  entityId: `${url}/saml/metadata`,
  consumer: `${url}/saml/acs`,
  logout: `${url}/saml/slo`,
  logoutSoap: `${url}/saml/slo/soap`,
});

interface Hub {
  readonly entityId: string;
  readonly idp: IdpRole;
}

/** A request that was sent, and when. */
export interface AskedLogin {
  readonly id: string;
  readonly at: number;
}

/** One key signs and is encrypted to: RSA, in PEM at `keyFile`. */
export function createSamlParty({ url, hubUrl, keyFile }: { url: string; hubUrl: string; keyFile: string }) {
  const own = addressesOf(url);
  const privateKey = createPrivateKey(readFileSync(keyFile));
  const key = signingKeyOf({ alg: 'RS256', privateKey });
  let known: Promise<Hub> | undefined;
  /** The hub's metadata, read once by TLS that proves the hub; the next login tries again when the hub was not up. */
  const hub = (): Promise<Hub> => {
    known ??= readHub(`${hubUrl}/saml/metadata`);
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  const peer = ({ entityId, idp }: Hub) => ({ entityId, keys: publicKeysOf(idp, 'signing') });
  const message = (destination: string) => ({
    id: `_${newToken(16)}`,
    issueInstant: systemClock(),
    issuer: own.entityId,
    destination,
  });
  const sent = (
    parameter: 'SAMLRequest' | 'SAMLResponse',
    location: string,
    element: XmlElement,
    relayState?: string,
  ) => redirectUrl({ location, parameter, xml: Buffer.from(writeXml(element)), relayState, key });
  const expected = async (endpointUrl: string) => ({ now: systemClock(), endpointUrl, peer: peer(await hub()) });
  const logoutAnswer = (request: LogoutRequest, destination: string) =>
    writeLogoutResponse({
      ...message(destination),
      inResponseTo: request.id,
      status: { code: statusCodes.success },
    });

  return {
    own,
    /** What an operator of the hub registers. */
    metadata: (): string => writeXml(spMetadata(own, key)),

    /** Where to send the user, and what the answer must answer. */
    async begin(): Promise<{ location: string; asked: AskedLogin }> {
      const { location } = byRedirect((await hub()).idp.singleSignOn);
      const request = message(location);
      const element = writeAuthnRequest({
        ...request,
        assertionConsumerServiceUrl: own.consumer,
        protocolBinding: bindings.post,
        forceAuthn: false,
        isPassive: false,
        principalSelection: [],
      });
      return { location: sent('SAMLRequest', location, element), asked: { id: request.id, at: request.issueInstant } };
    },

    /** Both parts signed, the assertion encrypted, and an answer to this request: nothing else logs anybody in. */
    async judge(opened: OpenMessage, asked: AskedLogin): Promise<ResponseVerdict> {
      return judgeResponse(opened, {
        now: systemClock(),
        ownEntityId: own.entityId,
        acsUrl: own.consumer,
        provider: { ...peer(await hub()), signs: 'both' },
        encryption: { keys: [privateKey], required: true },
        request: { ...asked, forceAuthn: false },
      });
    },

    /** Where to send the user to end the session everywhere. */
    async logoutLocation(
      named: Pick<LogoutRequest, 'nameId' | 'sessionIndexes'>,
    ): Promise<{ location: string; id: string }> {
      const { location } = byRedirect((await hub()).idp.singleLogout);
      const request = message(location);
      return { location: sent('SAMLRequest', location, writeLogoutRequest({ ...request, ...named })), id: request.id };
    },

    judgeLogout: async (opened: OpenMessage, endpointUrl: string): Promise<LogoutRequestVerdict> =>
      judgeLogoutRequest(opened, await expected(endpointUrl)),

    /** Whether the hub says that it has heard our request, whatever it could reach. */
    logoutAnswered: async (opened: OpenMessage, requestId: string): Promise<boolean> =>
      judgeLogoutResponse(opened, { ...(await expected(own.logout)), requestId }).accepted,

    /** The address with our answer to the hub's request by Redirect. */
    async answerLogout(request: LogoutRequest, relayState: string | undefined): Promise<string> {
      const { location, responseLocation = location } = byRedirect((await hub()).idp.singleLogout);
      return sent('SAMLResponse', responseLocation, logoutAnswer(request, responseLocation), relayState);
    },

    /** The envelope that answers the hub's own request. */
    answerLogoutBySoap: async (request: LogoutRequest): Promise<string> =>
      soapEnvelope(signMessage(logoutAnswer(request, (await hub()).entityId), key)).toString('utf8'),
  };
}

function byRedirect<Endpoint extends { readonly binding: string }>(endpoints: readonly Endpoint[]): Endpoint {
  const found = endpoints.find(({ binding }) => binding === bindings.redirect);
  if (found === undefined) throw new Error('the hub takes nothing by Redirect');
  return found;
}

async function readHub(address: string): Promise<Hub> {
  await loadXml();
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`no metadata at ${address}: ${answer.status}`);
  const verdict = judgeMetadata(Buffer.from(await answer.arrayBuffer()), { now: systemClock(), keys: [] });
  if (!verdict.accepted) throw new Error(`${address}: ${verdict.because}`);
  const [entity] = verdict.entities;
  if (entity?.idp === undefined) throw new Error(`${address} is no identity provider`);
  return { entityId: entity.entityId, idp: entity.idp };
}

function spMetadata(own: ReturnType<typeof addressesOf>, { sign, publicJwk }: SigningKey): XmlElement {
  const holder = { commonName: 'Cosmic Link', notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2056, 0, 1) };
  const certificate = keyHolderCertificate({ alg: 'RS256', sign, publicJwk }, holder);
  return writeEntityDescriptor({
    entityId: own.entityId,
    entityAttributes: [],
    contacts: [],
    sp: {
      authnRequestsSigned: true,
      wantAssertionsSigned: true,
      keys: [{ certificates: [certificate], encryptionMethods: [] }],
      scopes: [],
      nameIdFormats: [nameIdFormats.persistent],
      singleLogout: [
        { binding: bindings.soap, location: own.logoutSoap },
        { binding: bindings.redirect, location: own.logout },
      ],
      artifactResolution: [],
      assertionConsumer: [{ binding: bindings.post, location: own.consumer, index: 0, isDefault: true }],
      attributeConsuming: [],
      discoveryResponse: [],
    },
  });
}
