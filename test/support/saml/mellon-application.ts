// An application behind mod_auth_mellon in Debian's Apache, which can also play a NetScaler Gateway.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApache } from '../apache.ts';
import { ask } from '../http-browser.ts';
import type { PeerTls } from '../peer-tls.ts';
import { type ReceivedLogin, receivedJson, type SamlApplication, writePages } from './application.ts';
import { newSamlCredential, type SamlCredential, writeCredential } from './credentials.ts';
import { signingCertificates, xmlsec1Verifies } from './witnesses.ts';

export interface MellonSettings {
  readonly tls: PeerTls;
  readonly idpMetadata: string;
  readonly entityId?: string;
  /** Names for the application, and the SAML names that they come from. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** AuthnContextClassRef values to ask for; an answer with another is refused. */
  readonly loa?: readonly string[];
  readonly comparison?: 'exact' | 'minimum';
  /**
   * Addresses, metadata and NameID of a NetScaler Gateway: it answers at `/cgi/samlauth`, ends at `/cgi/tmlogout`,
   * wants Response and assertion signed with SHA-256 (`received` throws otherwise), and takes the UPN from the NameID.
   */
  readonly netScaler?: { readonly nameIdFormat: 'unspecified' | 'emailAddress' };
}

const netScalerMetadata = (entityId: string, url: string, format: string, { certificate }: SamlCredential): string => `
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
  <SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true"
      protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>
${(certificate.split('-----')[2] ?? '').trim()}
      </X509Certificate></X509Data></KeyInfo>
    </KeyDescriptor>
    <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${url}/cgi/tmlogout"/>
    <NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:${format}</NameIDFormat>
    <AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
        Location="${url}/cgi/samlauth"/>
  </SPSSODescriptor>
</EntityDescriptor>
`;

/** `samlRejectUnsignedAssertion STRICT` and SHA-256 alone, which mellon has no settings for: xmlsec1 looks at what came. */
function refuseAsStrict(response: string, idpMetadata: string): void {
  const certificates = signingCertificates(idpMetadata);
  for (const element of ['Response', 'Assertion'] as const) {
    const seen = certificates.map((certificate) => xmlsec1Verifies(response, element, certificate));
    if (!seen.some(({ good }) => good))
      throw new Error(`a NetScaler on STRICT refuses the ${element}: ${seen.map(({ said }) => said).join('\n')}`);
  }
  const weak = /Algorithm="([^"]*(?:xmldsig#rsa-sha1|xmldsig#sha1))"/.exec(response)?.[1];
  if (weak !== undefined) throw new Error(`a NetScaler on SHA256 refuses ${weak}`);
}

/** mellon's own endpoints under the addresses that a NetScaler has. */
const netScalerAddresses = `
RewriteEngine On
RewriteRule ^/cgi/samlauth$ /cgi/postResponse [PT]
RewriteRule ^/cgi/tmlogout$ /cgi/logout [PT]
`;

const site = (folder: string, port: number, entityId: string, given: MellonSettings): string => `
${given.netScaler ? netScalerAddresses : ''}
MellonLockFile ${folder}/mellon.lock
<Location />
  MellonEnable info
  MellonEndpointPath ${given.netScaler ? '/cgi' : '/mellon'}
  MellonVariable cookie-${port}
  MellonSecureCookie On
  MellonCookieSameSite None
  MellonSPentityId ${entityId}
  MellonSPPrivateKeyFile ${folder}/sp.key
  MellonSPCertFile ${folder}/sp.pem
  ${given.netScaler ? `MellonSPMetadataFile ${folder}/sp.xml` : ''}
  MellonIdPMetadataFile ${folder}/idp.xml
  MellonSignatureMethod rsa-sha256
  MellonUser NAME_ID
  MellonEnvVarsSetCount On
  MellonSamlResponseDump On
  MellonSessionDump On
  ${given.loa === undefined ? '' : `MellonAuthnContextClassRef ${given.loa.map((name) => `"${name}"`).join(' ')}`}
  ${given.comparison === undefined ? '' : `MellonAuthnContextComparisonType ${given.comparison}`}
${Object.entries(given.attributes ?? {})
  .map(([id, name]) => `  MellonSetEnvNoPrefix ATTRIBUTE_${id} "${name}"`)
  .join('\n')}
</Location>
<Location /protected>
  AuthType Mellon
  MellonEnable auth
  Require valid-user
</Location>
`;

/** An application that trusts one provider. Ask `requireDebian(...samlPackages)` first. */
export async function startMellonApplication(given: MellonSettings): Promise<SamlApplication> {
  const credential = await newSamlCredential('mod_auth_mellon');
  const { netScaler, attributes = {} } = given;
  const endpoints = netScaler ? '/cgi' : '/mellon';
  let entityId = given.entityId ?? '';
  const apache = await startApache({
    name: 'mellon',
    tls: given.tls,
    modules: { auth_mellon_module: 'mod_auth_mellon.so' },
    readyPath: `${endpoints}/metadata`,
    configure: ({ folder, url, port }) => {
      entityId ||= netScaler ? url : `${url}/mellon/metadata`;
      writePages(folder);
      writeCredential(folder, 'sp', credential);
      writeFileSync(join(folder, 'idp.xml'), given.idpMetadata);
      if (netScaler)
        writeFileSync(join(folder, 'sp.xml'), netScalerMetadata(entityId, url, netScaler.nameIdFormat, credential));
      return site(folder, port, entityId, given);
    },
  });
  const { url } = apache;
  return {
    entityId,
    url,
    protectedUrl: `${url}/protected/`,
    logoutUrl: `${url}${endpoints}/logout?ReturnTo=${encodeURIComponent(`${url}/`)}`,
    metadata: async () => (await ask(new URL(`${endpoints}/metadata`, url), { root: given.tls.root })).body,
    received: (page): ReceivedLogin => {
      const told = receivedJson(page);
      const response = Buffer.from(told.MELLON_SAML_RESPONSE ?? '', 'base64').toString();
      if (netScaler) refuseAsStrict(response, given.idpMetadata);
      const session = Buffer.from(told.MELLON_SESSION ?? '', 'base64').toString();
      const inSession = (pattern: RegExp): string => pattern.exec(session)?.[1] ?? '';
      const values = (name: string): readonly string[] =>
        Array.from(
          { length: Number(told[`ATTRIBUTE_${name}_N`] ?? 0) },
          (_, at) => told[`ATTRIBUTE_${name}_${at}`] ?? '',
        );
      return {
        user: told.REMOTE_USER ?? '',
        provider: inSession(/Issuer[^>]*>([^<]*)</),
        nameId: told.MELLON_NAME_ID ?? '',
        loa: inSession(/AuthnContextClassRef>([^<]*)</),
        sessionIndex: inSession(/SessionIndex="([^"]*)"/),
        attributes: Object.fromEntries(
          Object.keys(attributes)
            .map((name) => [name, values(name)] as const)
            .filter(([, found]) => found.length > 0),
        ),
        response,
      };
    },
    said: apache.said,
    stop: apache.stop,
  };
}
