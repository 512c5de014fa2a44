// A SAML service provider in memory: writes requests to a hub of tests and judges what comes back, by base/saml.
import { createPublicKey } from 'node:crypto';
import type { HttpResponse } from '../../src/base/http/index.ts';
import {
  type AuthnRequest,
  judgeResponse,
  type LogoutRequest,
  type OpenMessage,
  openMessage,
  type ResponseVerdict,
  readPost,
  readRedirect,
  redirectUrl,
  signMessage,
  writeAuthnRequest,
  writeLogoutRequest,
} from '../../src/base/saml/index.ts';
import { writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import { formsOf } from '../support/http-browser.ts';
import { type SamlHub, type SamlKey, samlIssuer, samlKeyOf } from './saml-hub.ts';

export const ssoUrl = `${samlIssuer.url}/saml/sso`;
export const sloUrl = `${samlIssuer.url}/saml/slo`;
export const soapUrl = `${samlIssuer.url}/saml/slo/soap`;
export const hubEntityId = `${samlIssuer.url}/saml/metadata`;

export class SamlAsker {
  readonly hub: SamlHub;
  readonly id: string;
  readonly key: SamlKey;
  #count = 0;

  constructor(hub: SamlHub, id = 'link') {
    this.hub = hub;
    this.id = id;
    this.key = samlKeyOf(id);
  }

  get entityId(): string {
    return `https://${this.id}.example/sp`;
  }

  request(change: Partial<AuthnRequest> = {}): AuthnRequest {
    this.#count += 1;
    return {
      id: `_request${this.#count}`,
      issueInstant: this.hub.now - 1000,
      issuer: this.entityId,
      destination: ssoUrl,
      forceAuthn: false,
      isPassive: false,
      principalSelection: [],
      ...change,
    };
  }

  /** The query of a request by Redirect; signed unless `key` is undefined. */
  query(element: XmlElement, given: { readonly key?: SamlKey | undefined; readonly relayState?: string } = {}): string {
    const key = 'key' in given ? given.key : this.key;
    const { relayState } = given;
    const xml = Buffer.from(writeXml(element));
    const url = redirectUrl({ location: ssoUrl, parameter: 'SAMLRequest', xml, relayState, key: key?.key });
    return url.slice(url.indexOf('?') + 1);
  }

  /** Asks by Redirect, signed. */
  ask(change: Partial<AuthnRequest> = {}, given: Parameters<SamlAsker['query']>[1] = {}): Promise<HttpResponse> {
    const query = this.query(writeAuthnRequest(this.request(change)), given);
    return this.hub.call('GET', '/helse/saml/sso', { query });
  }

  /** Asks by POST; signed inside unless `key` is undefined. */
  post(element: XmlElement, key: SamlKey | undefined = this.key, relayState?: string): Promise<HttpResponse> {
    const xml = writeXml(key === undefined ? element : signMessage(element, key.key));
    const form = {
      SAMLRequest: Buffer.from(xml).toString('base64'),
      ...(relayState === undefined ? {} : { RelayState: relayState }),
    };
    return this.hub.call('POST', '/helse/saml/sso', { form });
  }

  logoutRequest(change: Partial<LogoutRequest> = {}): LogoutRequest {
    this.#count += 1;
    return {
      id: `_logout${this.#count}`,
      issueInstant: this.hub.now - 1000,
      issuer: this.entityId,
      destination: sloUrl,
      nameId: { value: 'lasting' },
      sessionIndexes: [],
      ...change,
    };
  }

  logoutElement(change: Partial<LogoutRequest> = {}): XmlElement {
    return writeLogoutRequest(this.logoutRequest(change));
  }

  /** Judges an answer as a careful service provider does. */
  judge(
    answer: HttpResponse,
    request?: { readonly id: string; readonly exactly?: readonly string[] },
  ): ResponseVerdict {
    const form = formOf(answer);
    return judgeResponse(openedOf(answer), {
      now: this.hub.now,
      ownEntityId: this.entityId,
      acsUrl: form.action,
      provider: { entityId: hubEntityId, keys: [publicKeyOf(this.hub.key)], signs: 'response' },
      encryption: { keys: [this.key.privateKey] },
      ...(request === undefined
        ? { unsolicitedAllowed: true }
        : { request: { ...request, at: this.hub.now - 1000, forceAuthn: false } }),
    });
  }
}

const publicKeyOf = ({ pem }: SamlKey) => createPublicKey(pem);

/** The form of an answer's page. */
export function formOf({ body }: HttpResponse) {
  const [form] = formsOf({ body: String(body) });
  if (form === undefined) throw new Error(`no form: ${body}`);
  return form;
}

/** The message in an answer, by POST or by Redirect. */
export function openedOf(answer: HttpResponse): OpenMessage {
  const { location } = answer.headers;
  const read =
    typeof location === 'string'
      ? readRedirect(location.slice(location.indexOf('?') + 1))
      : readPost(Object.entries(formOf(answer).fields));
  if (!read.ok) throw new Error(read.reason);
  const opening = openMessage(read.received);
  if (!opening.ok) throw new Error(`${opening.reason} ${opening.because}`);
  return opening.message;
}

/** The XML text of the message in an answer. */
export const xmlOf = (answer: HttpResponse): string => openedOf(answer).received.xml.toString();

/** Second-level status of an answer without an assertion. */
export function statusOf(answer: HttpResponse): string | undefined {
  return /<samlp:StatusCode Value="[^"]*"><samlp:StatusCode Value="([^"]*)"/.exec(xmlOf(answer))?.[1];
}
