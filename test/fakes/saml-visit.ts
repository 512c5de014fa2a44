// A visit to a SAML provider without a hub: the connector alone, its record, and what the provider says.
import { X509Certificate } from 'node:crypto';
import { systemRandom } from '../../src/base/ids.ts';
import type { Provider } from '../../src/core/catalogue/index.ts';
import type { ConnectorAnswer, Departure, RedirectConnector, Wish } from '../../src/core/journey/index.ts';
import { type OwnEntity, type PersonCheck, personChecks, samlConnector } from '../../src/edge/connectors/saml/index.ts';
import { SamlArtifacts } from './saml-artifacts.ts';
import { type Answer, SamlFake, samlCertificate, samlKey, samlPrivateKey } from './saml-provider.ts';
import { morning } from './ward.ts';

export const ownEntity: OwnEntity = {
  entityId: 'https://hub.example/login/saml/metadata',
  consumerUrl: 'https://hub.example/login/saml/answer',
  artifactUrl: 'https://hub.example/login/saml/artifact',
  logoutUrl: 'https://hub.example/login/saml/logout',
};

export class SamlVisit {
  now = morning;
  readonly there = new SamlFake('kommun');
  readonly artifacts = new SamlArtifacts(this.there);
  readonly used = new Set<string>();
  readonly connector: RedirectConnector;
  provider: Provider;
  departure: Departure | undefined;

  constructor(
    given: { readonly provider?: (there: SamlFake) => Provider; readonly checks?: readonly PersonCheck[] } = {},
  ) {
    this.there.own = ownEntity;
    this.there.ownKeys = [new X509Certificate(samlCertificate('hub'))];
    this.there.encryptTo = new X509Certificate(samlCertificate('hub-decryption'));
    this.provider = given.provider?.(this.there) ?? this.there.provider();
    this.connector = samlConnector(
      {
        random: systemRandom,
        own: ownEntity,
        signingKey: () => samlKey('hub'),
        decryptionKeys: () => [samlPrivateKey('hub-decryption')],
        organisationNumber: async (id) => (id === 'kommun' ? '2120001553' : undefined),
        post: (uri, body) => this.artifacts.post(uri, body, this.now),
        useOnce: async (issuer, id) => {
          const key = JSON.stringify([issuer, id]);
          const isNew = !this.used.has(key);
          this.used.add(key);
          return isNew;
        },
      },
      given.checks ?? personChecks,
    );
  }

  async begin(wish: Partial<Wish> = {}) {
    const departure = await this.connector.begin(
      this.provider,
      { required: 'low', fresh: false, state: 's'.repeat(43), ...wish },
      this.now,
    );
    this.departure = departure;
    if (departure.kind === 'refused') throw new Error(JSON.stringify(departure));
    return await this.there.asked(departure.kind === 'redirect' ? departure.url : departure.form, this.now);
  }

  /** A whole visit; `change` is what the browser brings instead. */
  async logIn(
    said: Answer = {},
    wish: Partial<Wish> = {},
    change: (fields: Record<string, string>) => Record<string, string> = (fields) => fields,
  ): Promise<ConnectorAnswer> {
    const asked = await this.begin(wish);
    const form = this.there.answer(asked, said, this.now);
    return await this.back(change(Object.fromEntries(form.fields)));
  }

  async back(parameters: Record<string, string>): Promise<ConnectorAnswer> {
    const { departure } = this;
    if (departure === undefined || departure.kind === 'refused') throw new Error('nobody left');
    const reply = { kind: 'redirect', parameters, memo: departure.memo, ip: '192.0.2.1' } as const;
    return await this.connector.reply(this.provider, reply, this.now);
  }
}
