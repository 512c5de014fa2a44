// A SAML application of a real hub without a window of its own: asks in a browser's name, and judges what comes to its address.
import assert from 'node:assert/strict';
import { randomBytes, X509Certificate } from 'node:crypto';
import {
  type AssertionFacts,
  judgeResponse,
  openMessage,
  readMetadata,
  readPost,
  readRedirect,
  redirectUrl,
  writeAuthnRequest,
  writeLogoutRequest,
} from '../../src/base/saml/index.ts';
import { loadXml, readXml, writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import { samlCertificate, samlKey } from '../fakes/saml-provider.ts';
import { formsOf, type HttpAnswer, type HttpBrowser, type RunningHub } from '../support/index.ts';
import { hubMetadata } from '../support/saml/index.ts';

export interface LevelsAsked {
  readonly comparison: 'exact' | 'minimum';
  readonly names: readonly string[];
}

/** What came to the application: an assertion, or the second-level status of a refusal. */
export type Heard =
  | { readonly ok: true; readonly assertion: AssertionFacts }
  | { readonly ok: false; readonly status: string };

export class SamlRequester {
  readonly id: string;
  readonly url: string;
  readonly #hub: RunningHub;
  #keys: readonly X509Certificate[] = [];
  #asked = '';

  constructor(hub: RunningHub, id: string, url = `https://${id}.example`) {
    this.#hub = hub;
    this.id = id;
    this.url = url;
  }

  /** What an operator writes of it. */
  item(change: object = {}): object {
    return {
      id: this.id,
      issuer: 'hub',
      name: { en: `The ${this.id} application` },
      minimumAssurance: 'low',
      entityId: `${this.url}/sp`,
      assertionConsumers: [{ binding: 'post', location: `${this.url}/acs` }],
      singleLogout: [{ binding: 'redirect', location: `${this.url}/slo` }],
      keys: { signing: [samlCertificate(this.id)] },
      requireSignedRequest: true,
      ...change,
    };
  }

  /** Reads the hub's metadata, as it must before it can judge. */
  async trust(metadata?: string): Promise<void> {
    await loadXml();
    const read = readXml(metadata ?? (await hubMetadata(this.#hub)));
    assert.ok(read.ok);
    const [entity] = readMetadata(read.document.root).entities;
    const keys = entity?.idp?.keys.filter(({ use }) => use !== 'encryption') ?? [];
    this.#keys = keys.flatMap(({ certificates }) => certificates.map((der) => new X509Certificate(der)));
  }

  readonly isHere = (url: URL): boolean => url.origin === this.url;

  #redirect(path: string, message: XmlElement): string {
    const xml = Buffer.from(writeXml(message));
    return redirectUrl({
      location: `${this.#hub.hubUrl}/saml/${path}`,
      parameter: 'SAMLRequest',
      xml,
      relayState: undefined,
      key: samlKey(this.id),
    });
  }

  /** Where it sends a browser; `providers` are entity IDs of logins that it would like (SAML Core 3.4.1.2). */
  askUrl(levels?: LevelsAsked, providers: readonly string[] = [], isPassive = false): string {
    this.#asked = `_${randomBytes(16).toString('hex')}`;
    const message = writeAuthnRequest({
      id: this.#asked,
      issueInstant: Date.now(),
      issuer: `${this.url}/sp`,
      destination: `${this.#hub.hubUrl}/saml/sso`,
      forceAuthn: false,
      isPassive,
      principalSelection: [],
      requestedAuthnContext: levels && { comparison: levels.comparison, classRefs: levels.names, declRefs: [] },
      scoping:
        providers.length === 0
          ? undefined
          : { idpList: providers.map((providerId) => ({ providerId })), requesterIds: [] },
    });
    return this.#redirect('sso', message);
  }

  /** Sends the browser off, to the first page that needs a person, or back here. */
  async ask(browser: HttpBrowser, levels?: LevelsAsked): Promise<HttpAnswer> {
    return await browser.go(this.askUrl(levels), this.isHere);
  }

  /** Whether the page is the one that brings an answer here. */
  isAnswered(page: HttpAnswer): boolean {
    return formsOf(page).some(({ action }) => action === `${this.url}/acs`);
  }

  heard(page: HttpAnswer): Heard {
    const form = formsOf(page).find(({ action }) => action === `${this.url}/acs`);
    assert.ok(form, `no answer for the application: ${page.url.href}\n${page.body}`);
    return this.judged(Object.entries(form.fields));
  }

  /** What a form says that came here. */
  judged(fields: readonly (readonly [name: string, value: string])[]): Heard {
    const read = readPost(fields);
    assert.ok(read.ok);
    const opening = openMessage(read.received);
    assert.ok(opening.ok);
    const verdict = judgeResponse(opening.message, {
      now: Date.now(),
      ownEntityId: `${this.url}/sp`,
      acsUrl: `${this.url}/acs`,
      provider: {
        entityId: `${this.#hub.hubUrl}/saml/metadata`,
        keys: this.#keys.map(({ publicKey }) => publicKey),
        signs: 'response',
      },
      encryption: { keys: [] },
      request: { id: this.#asked, at: Date.now() - 60_000, forceAuthn: false },
    });
    if (verdict.accepted) return { ok: true, assertion: verdict.assertion };
    assert.ok(verdict.status, `${verdict.reason}: ${verdict.because}`);
    return { ok: false, status: (verdict.status.second ?? '').replace(/^.*:/, '') };
  }

  /** What it is told of a logout that it asked for: all status codes of the answer. */
  heardOfLogout(url: URL): string {
    const read = readRedirect(url.search.slice(1));
    assert.ok(read.ok, url.href);
    const opening = openMessage(read.received);
    assert.ok(opening.ok && opening.message.kind === 'LogoutResponse', url.href);
    const codes = [...read.received.xml.toString().matchAll(/StatusCode Value="[^"]*:([A-Za-z]+)"/g)];
    return codes.map(([, code]) => code).join(' ');
  }

  /** Where it sends a browser that wants to log out everywhere. */
  logoutUrl({ nameId, sessionIndex }: AssertionFacts): string {
    assert.ok(nameId);
    const message = writeLogoutRequest({
      id: `_${randomBytes(16).toString('hex')}`,
      issueInstant: Date.now(),
      issuer: `${this.url}/sp`,
      destination: `${this.#hub.hubUrl}/saml/slo`,
      nameId,
      sessionIndexes: sessionIndex === undefined ? [] : [sessionIndex],
    });
    return this.#redirect('slo', message);
  }
}
