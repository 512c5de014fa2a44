// An application written for SimpleSAMLphp's service provider, in Debian's Apache.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApache } from '../apache.ts';
import { ask } from '../http-browser.ts';
import type { PeerTls } from '../peer-tls.ts';
import { entityIdOf, type ReceivedLogin, receivedJson, type SamlApplication } from './application.ts';
import { newSamlCredential } from './credentials.ts';
import { writeFiles } from './simple-saml-files.ts';

export interface SimpleSamlApplicationSettings {
  readonly tls: PeerTls;
  readonly idpMetadata: string;
  readonly entityId?: string;
  /** Names for the application, and the SAML names that they come from. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** AuthnContextClassRef values to ask for. */
  readonly loa?: readonly string[];
}

const php = (lines: string): string => `<?php
require_once '/usr/share/simplesamlphp/lib/_autoload.php';
$login = new \\SimpleSAML\\Auth\\Simple('tillit');
${lines}
`;

const protectedPage = php(`
$login->requireAuth();
header('Content-Type: application/json');
$nameId = $login->getAuthData('saml:sp:NameID');
echo json_encode([
  'provider' => $login->getAuthData('saml:sp:IdP'),
  'nameId' => $nameId ? $nameId->getValue() : '',
  'loa' => $login->getAuthData('saml:sp:AuthnContext'),
  'sessionIndex' => $login->getAuthData('saml:sp:SessionIndex'),
  'attributes' => (object) $login->getAttributes(),
]);`);

const source = (given: SimpleSamlApplicationSettings, entityID: string) => ({
  0: 'saml:SP',
  entityID,
  idp: entityIdOf(given.idpMetadata),
  privatekey: 'sp.key',
  certificate: 'sp.pem',
  'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'sign.authnrequest': true,
  'sign.logout': true,
  'validate.logout': true,
  'redirect.sign': true,
  'redirect.validate': true,
  WantAssertionsSigned: true,
  ...(given.loa === undefined ? {} : { AuthnContextClassRef: given.loa, AuthnContextComparison: 'exact' }),
});

/** An application that trusts one provider. Ask `requireDebian(...samlPackages)` first. */
export async function startSimpleSamlApplication(given: SimpleSamlApplicationSettings): Promise<SamlApplication> {
  const credential = await newSamlCredential('SimpleSAMLphp application');
  const metadataPath = '/simplesaml/module.php/saml/sp/metadata.php/tillit';
  let entityId = given.entityId ?? '';
  const apache = await startApache({
    name: 'simplesaml-app',
    tls: given.tls,
    readyPath: metadataPath,
    configure: (place) => {
      const { folder, url } = place;
      entityId ||= `${url}${metadataPath}`;
      writeFiles(place, {
        base: `${url}/simplesaml/`,
        peers: [given.idpMetadata],
        authSources: { tillit: source(given, entityId) },
        credentials: { sp: credential },
      });
      const www = join(folder, 'www');
      mkdirSync(join(www, 'protected'));
      writeFileSync(join(www, 'index.php'), '<?php echo "not logged in";\n');
      writeFileSync(join(www, 'logout.php'), php(`$login->logout('${url}/');`));
      writeFileSync(join(www, 'protected', 'index.php'), protectedPage);
      return `
Alias /simplesaml /usr/share/simplesamlphp/www
SetEnv SIMPLESAMLPHP_CONFIG_DIR ${folder}/config
`;
    },
  });
  const { url } = apache;
  return {
    entityId,
    url,
    protectedUrl: `${url}/protected/`,
    logoutUrl: `${url}/logout.php`,
    metadata: async () => (await ask(new URL(metadataPath, url), { root: given.tls.root })).body,
    received: (page) => {
      const told = receivedJson<Omit<ReceivedLogin, 'user'>>(page);
      const wanted = Object.entries(given.attributes ?? {}).flatMap(([name, saml]) => {
        const values = told.attributes[saml];
        return values === undefined ? [] : [[name, values] as const];
      });
      return { ...told, user: told.nameId, attributes: Object.fromEntries(wanted) };
    },
    said: apache.said,
    stop: apache.stop,
  };
}
