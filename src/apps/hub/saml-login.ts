// Wires upstream SAML providers: our entity and its metadata, our keys; loaded when the first of them is asked.
import { type HttpResponse, keptDocument, plainText, type Route } from '../../base/http/index.ts';
import { systemRandom } from '../../base/ids.ts';
import { type CatalogueSnapshot, type Provider, type SizedLogo, samlPresetOf } from '../../core/catalogue/index.ts';
import type { Committer } from '../../core/commit/index.ts';
import { asksSaml, samlDecryptionKeyOwner, samlLoginKeyOwner } from '../../core/issuing/index.ts';
import { claimEndless, type RedirectConnector, type Refused } from '../../core/journey/index.ts';
import type { PartnerAnswer, PartnerRecords } from '../../core/metadata/index.ts';
import type { OwnEntity } from '../../edge/connectors/saml/index.ts';
import { startOfUnasked } from '../../edge/frontends/saml/index.ts';
import { samlArtifactPath, samlCallbackPath } from '../../edge/web/login/index.ts';
import type { LocalizedText } from '../../wire/codes/index.ts';
import { postXml } from './post-xml.ts';
import type { LiveKeys } from './signing.ts';

/** Our entity ID as a service provider, which is where its metadata lies. */
export const samlMetadataPath = '/login/saml/metadata';
export const samlLogoutPath = '/login/saml/logout';

export interface SamlLoginParts {
  readonly keys: LiveKeys;
  readonly partners: Pick<PartnerRecords, 'provider'>;
  readonly hubUrl: string;
  readonly organisationNumber: (organisation: string) => Promise<string | undefined>;
  readonly commit: Committer;
  /** PEM of authorities that are trusted where providers are asked; absent = the system's. */
  readonly authorities: readonly string[] | undefined;
}

/** A hub without SAML never pays for reading XML. */
export const loadSaml = () => import('../../edge/connectors/saml/index.ts');

export function samlEntity(hubUrl: string): OwnEntity {
  const { origin } = new URL(hubUrl);
  return {
    entityId: `${origin}${samlMetadataPath}`,
    consumerUrl: `${origin}${samlCallbackPath}`,
    artifactUrl: `${origin}${samlArtifactPath}`,
    logoutUrl: `${origin}${samlLogoutPath}`,
  };
}

/** The connector, which is made when it is first used. */
export function samlLogin({
  keys,
  partners,
  hubUrl,
  organisationNumber,
  commit,
  authorities,
}: SamlLoginParts): RedirectConnector {
  let made: Promise<RedirectConnector> | undefined;
  const connector = (): Promise<RedirectConnector> => {
    made ??= loadSaml().then(({ samlConnector }) =>
      samlConnector({
        random: systemRandom,
        own: samlEntity(hubUrl),
        signingKey: () => keys.signing(samlLoginKeyOwner, 'RS256'),
        decryptionKeys: keys.decrypting,
        organisationNumber,
        post: postXml(authorities),
        useOnce: async (issuer, id, now) =>
          (await commit({ claims: claimEndless(issuer, id, now), writes: [], ifWon: [], ifLost: [] })).won,
      }),
    );
    return made;
  };
  return {
    kind: 'saml',
    leaves: true,
    sharedCallback: true,
    begin: async (provider, wish, now) => {
      const partner = await filledIn(partners, provider);
      return partner.ok ? (await connector()).begin(partner.record, wish, now) : noMetadata(partner);
    },
    reply: async (provider, reply, now) => {
      const partner = await filledIn(partners, provider);
      return partner.ok ? (await connector()).reply(partner.record, reply, now) : noMetadata(partner);
    },
  };
}

/** Where a person goes whom a provider sent though nobody asked. Such an answer is not even read while no record expects one. */
export const samlUnasked =
  (catalogue: () => CatalogueSnapshot) =>
  async (parameters: Readonly<Record<string, string>>): Promise<string | undefined> => {
    if (![...catalogue().providers.values()].some(({ saml }) => saml?.unsolicitedTo !== undefined)) return undefined;
    const { claimedByUnasked } = await loadSaml();
    const entityId = await claimedByUnasked(parameters);
    return entityId === undefined ? undefined : startOfUnasked(catalogue(), entityId);
  };

/** The record as it is to be used now: the connector itself never looks anything up. */
const filledIn = async (partners: SamlLoginParts['partners'], provider: Provider): Promise<PartnerAnswer<Provider>> =>
  provider.saml === undefined
    ? { ok: true, record: provider }
    : await partners.provider({ ...provider, saml: provider.saml });

const noMetadata = ({ reason, because }: Extract<PartnerAnswer<Provider>, { ok: false }>): Refused => ({
  kind: 'refused',
  reason: 'upstream.noMetadata',
  detail: { check: `metadata.${reason}`, cause: because },
});

const notYet =
  'This hub asks no SAML provider yet. Its metadata is here from its first SAML provider on, or, for partners who want ' +
  'it before, when the record of an issuer says `saml: true`.\n';

/** Our metadata, for providers and federations; there is none while no provider speaks SAML and no issuer prepares for it. */
export const samlMetadataRoute = (
  keys: LiveKeys,
  hubUrl: string,
  catalogue: () => CatalogueSnapshot,
  shown: () => { readonly name: LocalizedText; readonly logo: SizedLogo | undefined },
): Route => ({
  method: 'GET',
  path: samlMetadataPath,
  handle: async (request): Promise<HttpResponse> => {
    if (!asksSaml(catalogue())) return plainText(404, notYet);
    const asked = [...catalogue().providers.values()].flatMap(({ saml, samlMembers }) => saml ?? samlMembers ?? []);
    const { ownMetadata } = await loadSaml();
    const document = await ownMetadata({
      own: samlEntity(hubUrl),
      ...shown(),
      signing: keys.certificates(samlLoginKeyOwner),
      encryption: keys.certificates(samlDecryptionKeyOwner),
      allowsCbc: asked.some((saml) => samlPresetOf(saml).allowCbc),
      key: keys.signing(samlLoginKeyOwner, 'RS256'),
    });
    return keptDocument(request, document, { contentType: 'application/samlmetadata+xml', maxAgeSeconds: 300 });
  },
});
