// A SAML identity provider in memory, over base/saml: reads our request as a stranger would, and answers right, until a test changes one thing.
import { type KeyObject, X509Certificate } from 'node:crypto';
import { minuteMs, secondMs } from '../../src/base/clock.ts';
import { newToken, systemRandom } from '../../src/base/ids.ts';
import { generateSigningKey, type SigningKey } from '../../src/base/jose/index.ts';
import {
  type Assertion,
  type AuthnRequest,
  bindings,
  confirmationMethods,
  judgeAuthnRequest,
  type NameId,
  nameIdFormats,
  openMessage,
  postForm,
  readMetadata,
  readPost,
  readRedirect,
  type Status,
  signMessage,
  statusCodes,
  writeAssertion,
  writeResponse,
} from '../../src/base/saml/index.ts';
import { keyHolderCertificate, toPem } from '../../src/base/x509/index.ts';
import {
  type EncryptionOptions,
  encryptElement,
  loadXml,
  readXml,
  writeXml,
  type XmlElement,
} from '../../src/base/xml/index.ts';
import type { Provider, SamlUpstream } from '../../src/core/catalogue/index.ts';
import type { AwayForm } from '../../src/core/journey/index.ts';
import type { OwnEntity } from '../../src/edge/connectors/saml/index.ts';

export const samlNumber = '197001011233';
export const samlTestNumber = '197001019806';
export const loa = (level: number): string => `http://id.elegnamnden.se/loa/1.0/loa${level}`;

const made = new Map<string, ReturnType<typeof generateSigningKey>>();
/** An RSA key by name; each is made once a process. */
function keyNamed(name: string): ReturnType<typeof generateSigningKey> {
  const known = made.get(name) ?? generateSigningKey('RS256', { modulusBits: 2048, kid: name });
  made.set(name, known);
  return known;
}
export const samlKey = (name: string): SigningKey => keyNamed(name).key;
export const samlPrivateKey = (name: string): KeyObject => keyNamed(name).privateKey;

export function samlCertificate(name: string): string {
  const { kid: _kid, sign, publicJwk } = samlKey(name);
  const times = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2036, 0, 1) };
  return toPem(keyHolderCertificate({ alg: 'RS256', sign, publicJwk }, { commonName: name, ...times }));
}

/** What one answer says; everything else follows from the request. */
export interface Answer {
  readonly nameId?: NameId | undefined;
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  readonly classRef?: string;
  readonly authnInstant?: number;
  readonly behind?: readonly string[];
  readonly status?: Status;
  /** Changes what is said, before it is signed; and the whole Response, after. */
  readonly assertion?: (right: Assertion) => Assertion;
  readonly changed?: (response: XmlElement) => XmlElement;
  readonly encrypt?: Partial<EncryptionOptions> | undefined;
  readonly signs?: 'both' | 'response' | 'assertion' | 'nothing';
  readonly signedBy?: SigningKey;
}

export class SamlFake {
  readonly name: string;
  readonly entityId: string;
  readonly url: string;
  readonly key: SigningKey;
  /** Our metadata as this provider has it. */
  own: OwnEntity | undefined;
  ownKeys: readonly X509Certificate[] = [];
  encryptTo: X509Certificate | undefined;

  #sessions = 0;

  /** Its name for the session that it spoke of last. */
  get session(): string {
    return `_${this.name}-${this.#sessions}`;
  }

  constructor(name: string, url = `https://${name}.example`) {
    this.name = name;
    this.url = url;
    this.entityId = `${this.url}/metadata`;
    this.key = samlKey(name);
  }

  /** Takes our metadata in, as an operator there would. */
  async trust(metadata: string): Promise<void> {
    await loadXml();
    const read = readXml(metadata);
    if (!read.ok) throw new Error(read.reason);
    const [entity] = readMetadata(read.document.root).entities;
    const { entityId = '', sp } = entity ?? {};
    const held = (use: string) =>
      (sp?.keys ?? []).filter((key) => key.use === use).flatMap(({ certificates }) => certificates);
    this.own = {
      entityId,
      consumerUrl: sp?.assertionConsumer[0]?.location ?? '',
      artifactUrl: sp?.assertionConsumer[1]?.location ?? '',
      logoutUrl: sp?.singleLogout[0]?.location ?? '',
    };
    this.ownKeys = held('signing').map((der) => new X509Certificate(der));
    this.encryptTo = held('encryption').map((der) => new X509Certificate(der))[0];
  }

  /** Our record of it. */
  record(change: Partial<SamlUpstream> = {}): SamlUpstream {
    return {
      entityId: this.entityId,
      preset: 'generic',
      singleSignOn: [{ binding: 'redirect', location: `${this.url}/sso` }],
      singleLogout: [{ binding: 'redirect', location: `${this.url}/slo` }],
      keys: { signing: [samlCertificate(this.name)], encryption: [] },
      namespaces: [],
      scopes: [],
      levels: { [loa(2)]: 'low', [loa(3)]: 'substantial', [loa(4)]: 'high' },
      testNumbers: false,
      passLogout: false,
      ...change,
    };
  }

  provider(change: Partial<SamlUpstream> = {}, more: Partial<Provider> = {}): Provider {
    return {
      id: this.name,
      connector: 'saml',
      name: { en: this.name },
      maximumAssurance: 'high',
      populations: [],
      order: 5,
      saml: this.record(change),
      ...more,
    };
  }

  /** The request in an address or a form of ours; signed by us, for this endpoint, now. Throws when it is not. */
  async asked(
    at: string | AwayForm,
    now: number = Date.now(),
  ): Promise<{ readonly request: AuthnRequest; readonly relayState: string | undefined }> {
    await loadXml();
    const read = typeof at === 'string' ? readRedirect(new URL(at).search.slice(1)) : readPost(at.fields);
    if (!read.ok) throw new Error(read.reason);
    const opening = openMessage(read.received);
    if (!opening.ok) throw new Error(opening.because);
    const { own } = this;
    const verdict = judgeAuthnRequest(opening.message, {
      now,
      endpointUrl: `${this.url}/sso`,
      serviceProvider: {
        entityId: own?.entityId ?? '',
        keys: this.ownKeys.map(({ publicKey }) => publicKey),
        mustSign: true,
        assertionConsumer: [
          { binding: bindings.post, location: own?.consumerUrl ?? '', index: 0 },
          { binding: bindings.artifact, location: own?.artifactUrl ?? '', index: 1 },
        ],
        attributeConsuming: [0],
      },
      answers: [bindings.post, bindings.artifact],
    });
    if (!verdict.accepted) throw new Error(`${verdict.reason}: ${verdict.because}`);
    return { request: verdict.request, relayState: read.received.relayState };
  }

  /** The form that its page sends to us. */
  answer(
    { request, relayState }: { readonly request: AuthnRequest; readonly relayState: string | undefined },
    said: Answer = {},
    now: number = Date.now(),
  ): AwayForm {
    const { own } = this;
    if (own === undefined) throw new Error('it does not know us');
    const key = said.signedBy ?? this.key;
    const signs = said.signs ?? 'both';
    const id = () => `_${newToken(16, systemRandom)}`;
    const whole = signMessageIf(
      signs === 'both' || signs === 'assertion',
      writeAssertion((said.assertion ?? same)(this.#assertion(request, said, now, id()))),
      key,
    );
    const { encrypt } = said;
    const response = {
      id: id(),
      issueInstant: now,
      issuer: this.entityId,
      destination: request.assertionConsumerServiceUrl ?? own.consumerUrl,
      inResponseTo: request.id,
      status: said.status ?? { code: statusCodes.success },
    };
    const content =
      said.status !== undefined
        ? {}
        : encrypt === undefined
          ? { assertion: whole }
          : { encryptedData: encryptElement(whole, { recipient: this.#ownKey(), ...encrypt }) };
    const signed = signMessageIf(
      signs === 'both' || signs === 'response',
      writeResponse({ ...response, ...content }),
      key,
    );
    const xml = Buffer.from(writeXml((said.changed ?? same)(signed)));
    return postForm({ location: response.destination, parameter: 'SAMLResponse', xml, relayState });
  }

  #ownKey(): KeyObject {
    const { encryptTo } = this;
    if (encryptTo === undefined) throw new Error('it has no key of ours to encrypt to');
    return encryptTo.publicKey;
  }

  #assertion(request: AuthnRequest, said: Answer, now: number, id: string): Assertion {
    const end = now + 5 * minuteMs;
    this.#sessions += 1;
    const attributes = Object.entries(said.attributes ?? {}).map(([name, values]) => ({
      name,
      values: typeof values === 'string' ? [values] : values,
    }));
    return {
      id,
      issueInstant: now,
      issuer: this.entityId,
      subject: {
        nameId: 'nameId' in said ? said.nameId : { value: 'anna', format: nameIdFormats.persistent },
        confirmations: [
          {
            method: confirmationMethods.bearer,
            data: {
              notOnOrAfter: end,
              recipient: request.assertionConsumerServiceUrl ?? this.own?.consumerUrl,
              inResponseTo: request.id,
            },
          },
        ],
      },
      conditions: {
        notBefore: now - minuteMs,
        notOnOrAfter: end,
        audienceRestrictions: [[request.issuer]],
        oneTimeUse: false,
        notUnderstood: 0,
      },
      authnStatements: [
        {
          authnInstant: said.authnInstant ?? now - secondMs,
          sessionIndex: this.session,
          classRef: said.classRef ?? loa(3),
          authenticatingAuthorities: said.behind ?? [],
        },
      ],
      attributeStatements: attributes.length === 0 ? [] : [attributes],
    };
  }
}

const same = <Value>(value: Value): Value => value;
const signMessageIf = (wanted: boolean, element: XmlElement, key: SigningKey): XmlElement =>
  wanted ? signMessage(element, key) : element;
