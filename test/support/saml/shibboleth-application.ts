// An application behind Shibboleth's service provider: Debian's Apache with mod_shib, and shibd.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApachePlace, startApache } from '../apache.ts';
import { ask } from '../http-browser.ts';
import type { PeerTls } from '../peer-tls.ts';
import { startServerProgram } from '../server-program.ts';
import { entityIdOf, type ReceivedLogin, receivedJson, type SamlApplication, writePages } from './application.ts';
import { newSamlCredential, writeCredential } from './credentials.ts';

export interface SignedMetadata {
  readonly entityId: string;
  readonly url: string;
  /** PEM. */
  readonly certificate: string;
}

export interface ShibbolethSettings {
  readonly tls: PeerTls;
  /** The text, or where Shibboleth itself gets it, every second, when this certificate's key signed it. */
  readonly idpMetadata: string | SignedMetadata;
  readonly entityId?: string;
  /** Names for the application, and the SAML names that they come from. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** AuthnContextClassRef values to ask for. */
  readonly loa?: readonly string[];
  readonly forceAuthn?: boolean;
  /** Signs requests; on when not said otherwise. */
  readonly signRequests?: boolean;
  /** Refuses an assertion that has no signature of its own. */
  readonly requireSignedAssertions?: boolean;
  /** Asks for its answer by artifact, and takes the message from the connection alone. */
  readonly byArtifact?: boolean;
  /** Names an encryption key in its metadata; on when not said otherwise. */
  readonly acceptEncryption?: boolean;
}

const nameIdFormats = [
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
];
const nameFormats = ['uri', 'basic', 'unspecified'].map(
  (name) => `urn:oasis:names:tc:SAML:2.0:attrname-format:${name}`,
);

const logger = '/etc/shibboleth/console.logger';
const providerOf = (metadata: string | SignedMetadata): string =>
  typeof metadata === 'string' ? entityIdOf(metadata) : metadata.entityId;

const metadataProvider = (folder: string, metadata: string | SignedMetadata): string =>
  typeof metadata === 'string'
    ? `<MetadataProvider type="XML" validate="true" path="${folder}/idp.xml"/>`
    : `<MetadataProvider type="XML" validate="true" url="${metadata.url}" backingFilePath="${folder}/idp.xml"
        minRefreshDelay="1" maxRefreshDelay="1">
      <MetadataFilter type="Signature" certificate="${folder}/metadata.pem" verifyBackup="false"/>
    </MetadataProvider>`;

const attributeMap = (attributes: Readonly<Record<string, string>>): string => `
<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${nameIdFormats
  .map(
    (name) =>
      `<Attribute name="${name}" id="name-id"><AttributeDecoder xsi:type="NameIDAttributeDecoder" formatter="$Name"/></Attribute>`,
  )
  .join('\n')}
${Object.entries(attributes)
  .flatMap(([id, name]) => nameFormats.map((format) => `<Attribute name="${name}" nameFormat="${format}" id="${id}"/>`))
  .join('\n')}
</Attributes>
`;

const settings = (folder: string, entityId: string, given: ShibbolethSettings): string => `
<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="60">
  <OutOfProcess logger="${logger}"/>
  <InProcess logger="${logger}"/>
  <UnixListener address="${folder}/shibd.sock"/>
  <ApplicationDefaults entityID="${entityId}" REMOTE_USER="name-id" signing="${given.signRequests ?? true}"
      encryption="false" requireTransportAuth="${given.byArtifact !== true}" requireSignedAssertions="${given.requireSignedAssertions ?? false}"
      signingAlg="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256">
    <Sessions lifetime="28800" timeout="3600" relayState="ss:mem" checkAddress="false" handlerSSL="true"
        cookieProps="https" redirectLimit="exact">
      <SSO entityID="${providerOf(given.idpMetadata)}"${given.forceAuthn === true ? ' forceAuthn="true"' : ''}${
        given.loa === undefined ? '' : ` authnContextClassRef="${given.loa.join(' ')}"`
      }${given.byArtifact === true ? ' acsIndex="3"' : ''}>SAML2</SSO>
      <Logout>SAML2 Local</Logout>
      <Handler type="MetadataGenerator" Location="/Metadata" signing="false"/>
    </Sessions>
    <Errors supportContact="na@example.org"/>
    ${metadataProvider(folder, given.idpMetadata)}
    <AttributeExtractor type="XML" validate="true" path="${folder}/attribute-map.xml"/>
    <CredentialResolver type="File" use="signing" key="${folder}/sp.key" certificate="${folder}/sp.pem"/>
${
  given.acceptEncryption === false
    ? ''
    : `<CredentialResolver type="File" use="encryption" key="${folder}/enc.key" certificate="${folder}/enc.pem"/>`
}
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" validate="true" path="/etc/shibboleth/security-policy.xml"/>
  <ProtocolProvider type="XML" validate="true" reloadChanges="false" path="/etc/shibboleth/protocols.xml"/>
</SPConfig>
`;

const site = (folder: string): string => `
ShibConfig ${folder}/shibboleth2.xml
<Location /Shibboleth.sso>
  SetHandler shib
</Location>
<Location /protected>
  AuthType shibboleth
  ShibRequestSetting requireSession 1
  ShibUseEnvironment On
  Require shib-session
</Location>
`;

const startShibd = async ({ folder }: ApachePlace) =>
  await startServerProgram({
    name: 'shibd',
    folder,
    env: { SHIBSP_LOGGING: logger },
    command: ['/usr/sbin/shibd', '-f', '-F', '-c', join(folder, 'shibboleth2.xml'), '-p', join(folder, 'shibd.pid')],
    isReady: async () => existsSync(join(folder, 'shibd.sock')),
  });

/** An application that trusts one provider. Ask `requireDebian(...samlPackages)` first. */
export async function startShibbolethApplication(given: ShibbolethSettings): Promise<SamlApplication> {
  const [signing, encryption] = await Promise.all([newSamlCredential('Shibboleth'), newSamlCredential('Shibboleth')]);
  const attributes = given.attributes ?? {};
  let entityId = given.entityId ?? '';
  const apache = await startApache({
    name: 'shibboleth',
    tls: given.tls,
    modules: { mod_shib: 'mod_shib.so' },
    readyPath: '/Shibboleth.sso/Metadata',
    configure: ({ folder, url }) => {
      entityId ||= `${url}/shibboleth`;
      writePages(folder);
      writeCredential(folder, 'sp', signing);
      writeCredential(folder, 'enc', encryption);
      if (typeof given.idpMetadata === 'string') writeFileSync(join(folder, 'idp.xml'), given.idpMetadata);
      else writeFileSync(join(folder, 'metadata.pem'), given.idpMetadata.certificate);
      writeFileSync(join(folder, 'attribute-map.xml'), attributeMap(attributes));
      writeFileSync(join(folder, 'shibboleth2.xml'), settings(folder, entityId, given));
      return site(folder);
    },
    companions: startShibd,
  });
  const { url } = apache;
  return {
    entityId,
    url,
    protectedUrl: `${url}/protected/`,
    logoutUrl: `${url}/Shibboleth.sso/Logout?return=${encodeURIComponent(`${url}/`)}`,
    metadata: async () => (await ask(new URL('/Shibboleth.sso/Metadata', url), { root: given.tls.root })).body,
    received: (page): ReceivedLogin => {
      const told = receivedJson(page);
      const values = (name: string): readonly string[] =>
        (told[name] ?? '').split(/(?<!\\);/).map((value) => value.replaceAll('\\;', ';'));
      return {
        user: told.REMOTE_USER ?? '',
        provider: told['Shib-Identity-Provider'] ?? '',
        nameId: told['name-id'] ?? '',
        loa: told['Shib-AuthnContext-Class'] ?? '',
        sessionIndex: told['Shib-Session-Index'] ?? '',
        attributes: Object.fromEntries(
          Object.keys(attributes)
            .filter((name) => told[name] !== undefined)
            .map((name) => [name, values(name)]),
        ),
      };
    },
    said: apache.said,
    stop: apache.stop,
  };
}
