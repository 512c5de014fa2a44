// Our metadata as identity provider of an issuer (SAML Metadata 2.4.3), signed with the key that signs assertions.
import { dayMs, hourMs } from '../../../base/clock.ts';
import { type HttpRequest, type HttpResponse, keptDocument, plainText } from '../../../base/http/index.ts';
import {
  attributeNameFormats,
  bindings,
  bucketOf,
  type EntityDescriptor,
  entityAttributeNames,
  metadataPublisher,
  nameIdFormats,
  supportsUserMessage,
} from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { type Issuer, sizedLogo } from '../../../core/catalogue/index.ts';
import { samlIssuerKeyOwner, samlIssuers } from '../../../core/issuing/index.ts';
import { type Call, callOf, type SamlContext } from './call.ts';
import { entityIdOf, samlUrl } from './paths.ts';
import type { SamlKeyStore } from './ports.ts';
import { artifactIndex } from './send-artifact.ts';

/** Whoever reads it rarely learns of a new key in time all the same: keys are published a month ahead. */
const validMs = 14 * dayMs;
const cacheMs = 6 * hourMs;
/** Its end moves on by this, so that one document serves everybody for as long. */
const bucketMs = hourMs;
/** Whoever reads it through a cache sees a new key as early. */
const maxAgeSeconds = 300;

const both = (location: string) => [
  { binding: bindings.redirect, location },
  { binding: bindings.post, location },
];

/** What the document says. Every published key is there, the one that signs first. */
export function idpDescriptor(
  { issuer, now, catalogue }: Call,
  keys: Pick<SamlKeyStore, 'certificates'>,
): EntityDescriptor {
  const applications = [...catalogue.samlApplications.values()].filter((one) => one.issuer === issuer.id);
  const brand = catalogue.brands.get(issuer.brand);
  const logo = brand && sizedLogo(brand);
  const name = [{ language: 'en', text: brand?.name ?? issuer.id }];
  return {
    entityId: entityIdOf(issuer),
    validUntil: bucketOf(now, bucketMs) + bucketMs + validMs,
    cacheDurationMs: cacheMs,
    entityAttributes: [
      ...entityAttribute('assuranceCertification', issuer.approvedLevels),
      ...entityAttribute('entityCategory', [supportsUserMessage]),
    ],
    contacts: [],
    idp: {
      wantAuthnRequestsSigned: applications.length > 0 && applications.every((one) => one.requireSignedRequest),
      keys: keys.certificates(samlIssuerKeyOwner(issuer.id)).map((certificate) => ({
        use: 'signing' as const,
        certificates: [certificate],
        encryptionMethods: [],
      })),
      uiInfo: {
        displayNames: name,
        descriptions: [],
        informationUrls: [],
        privacyStatementUrls: [],
        keywords: [],
        logos: logo === undefined ? [] : [logo],
      },
      scopes: (issuer.scopes ?? []).map((value) => ({ value, regexp: false })),
      nameIdFormats: [
        nameIdFormats.persistent,
        nameIdFormats.transient,
        nameIdFormats.unspecified,
        nameIdFormats.emailAddress,
      ],
      singleSignOn: both(samlUrl(issuer, 'sso')),
      singleLogout: [
        ...both(samlUrl(issuer, 'slo')),
        { binding: bindings.soap, location: samlUrl(issuer, 'slo-soap') },
      ],
      artifactResolution: [
        { binding: bindings.soap, location: samlUrl(issuer, 'artifact'), index: artifactIndex, isDefault: true },
      ],
      attributes: [],
      requestedPrincipalSelection: [],
    },
  };
}

const entityAttribute = (name: keyof typeof entityAttributeNames, values: readonly string[] = []) =>
  values.length === 0 ? [] : [{ name: entityAttributeNames[name], nameFormat: attributeNameFormats.uri, values }];
const published = metadataPublisher();

const notYet =
  'This issuer does not speak SAML yet. Its metadata is here from its first SAML application on, or, for partners who ' +
  'want it before, when its record says `saml: true`.\n';

/** Answers GET /saml/metadata. Throws a Problem (`unavailable`) while the issuer has no key yet. */
export async function metadata(context: SamlContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  await loadXml();
  const { keys } = context.ports;
  const call = callOf(context, issuer, 'metadata');
  if (!samlIssuers(call.catalogue).has(issuer.id)) return plainText(404, notYet);
  const owner = samlIssuerKeyOwner(issuer.id);
  const [certificate] = keys.certificates(owner);
  const document = published(idpDescriptor(call, keys), {
    key: keys.signing(owner, 'RS256'),
    certificate,
  });
  return keptDocument(request, document, { contentType: 'application/samlmetadata+xml', maxAgeSeconds });
}
