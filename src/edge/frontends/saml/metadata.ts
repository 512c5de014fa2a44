// Our metadata as identity provider of an issuer (SAML Metadata 2.4.3), signed with the key that signs assertions.
import { dayMs, hourMs } from '../../../base/clock.ts';
import { answerHeaders, type HttpResponse, plainText } from '../../../base/http/index.ts';
import {
  attributeNameFormats,
  bindings,
  type EntityDescriptor,
  entityAttributeNames,
  nameIdFormats,
  supportsUserMessage,
  writeEntityDescriptor,
} from '../../../base/saml/index.ts';
import { loadXml, writeXml } from '../../../base/xml/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import { samlIssuerKeyOwner, samlIssuers } from '../../../core/issuing/index.ts';
import { type Call, callOf, newMessageId, type SamlContext } from './call.ts';
import { entityIdOf, samlUrl } from './paths.ts';
import type { SamlKeyStore } from './ports.ts';
import { signed } from './respond.ts';
import { artifactIndex } from './send-artifact.ts';

/** Whoever reads it rarely learns of a new key in time all the same: keys are published a month ahead. */
const validMs = 14 * dayMs;
const cacheMs = 6 * hourMs;

const both = (location: string) => [
  { binding: bindings.redirect, location },
  { binding: bindings.post, location },
];

/** What the document says. Every published key is there, the one that signs first. */
export function idpDescriptor(
  { issuer, now, catalogue }: Call,
  keys: Pick<SamlKeyStore, 'certificates'>,
  id: string,
): EntityDescriptor {
  const applications = [...catalogue.samlApplications.values()].filter((one) => one.issuer === issuer.id);
  const brand = catalogue.brands.get(issuer.brand);
  const name = [{ language: 'en', text: brand?.name ?? issuer.id }];
  return {
    entityId: entityIdOf(issuer),
    id,
    validUntil: now + validMs,
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
        logos: [],
      },
      scopes: [],
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

const notYet =
  'This issuer does not speak SAML yet. Its metadata is here from its first SAML application on, or, for partners who ' +
  'want it before, when its record says `saml: true`.\n';

/** Answers GET /saml/metadata. Throws a Problem (`unavailable`) while the issuer has no key yet. */
export async function metadata(context: SamlContext, issuer: Issuer): Promise<HttpResponse> {
  await loadXml();
  const call = callOf(context, issuer, 'metadata');
  const { ports } = context;
  if (!samlIssuers(call.catalogue).has(issuer.id)) return plainText(404, notYet);
  const document = writeEntityDescriptor(idpDescriptor(call, ports.keys, newMessageId(ports.random)));
  return {
    status: 200,
    headers: {
      ...answerHeaders,
      'content-type': 'application/samlmetadata+xml',
      'cache-control': 'public, max-age=300',
    },
    body: writeXml(signed(ports, call, document)),
  };
}
