// SimpleSAMLphp as an organisation's identity provider, with people who have passwords; its settings can change while it runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApache } from '../apache.ts';
import { ask, formsOf, type HttpAnswer, type HttpBrowser } from '../http-browser.ts';
import type { PeerTls } from '../peer-tls.ts';
import { newSamlCredential, type SamlCredential, writeCredential } from './credentials.ts';

export interface SimpleSamlUser {
  readonly password: string;
  /** Names as they stand in the assertion. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** AuthnContextClassRef of this person's logins, instead of the provider's. */
  readonly loa?: string;
}

/** What may change while it runs. */
export interface SimpleSamlProfile {
  readonly users: Readonly<Record<string, SimpleSamlUser>>;
  /** AuthnContextClassRef; without it SimpleSAMLphp says PasswordProtectedTransport. */
  readonly loa?: string | undefined;
  readonly signResponse?: boolean;
  readonly signAssertion?: boolean;
  /** Encrypts assertions to the key in the application's metadata: it knows AES-128-CBC and RSA-OAEP alone. */
  readonly encrypt?: boolean;
  /** Refuses requests that are not signed, and signs its own answers to logouts. */
  readonly requireSignedRequests?: boolean;
  readonly nameId?: { readonly format: string; readonly attribute: string } | undefined;
  /** NameFormat of the attributes. */
  readonly nameFormat?: string;
}

export interface SimpleSamlSettings extends SimpleSamlProfile {
  readonly tls: PeerTls;
  /** Its address of metadata, when it is not given. */
  readonly entityId?: string;
  /** Metadata of the applications that it knows from the start. */
  readonly peers?: readonly string[];
}

export interface SimpleSaml {
  readonly entityId: string;
  readonly url: string;
  readonly metadata: () => Promise<string>;
  /** From now on these applications, given as metadata, are the ones that it knows. */
  readonly trust: (...peers: readonly string[]) => void;
  readonly change: (profile: Partial<SimpleSamlProfile>) => void;
  /** From now on it signs with a new key, and its metadata names that alone. */
  readonly roll: () => Promise<void>;
  /** At its login page: answers as this person; what comes back is sent on by `browser.sendOn`. */
  readonly logIn: (browser: HttpBrowser, page: HttpAnswer, user: string, password?: string) => Promise<HttpAnswer>;
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

/** Attribute of the login that carries the person's own level to the filter, and no further. */
const levelAttribute = 'level-of-the-login';
const levelFilter = `
if (isset($attributes['${levelAttribute}'])) {
  $state['saml:AuthnContextClassRef'] = $attributes['${levelAttribute}'][0];
  unset($attributes['${levelAttribute}']);
}`;

const config = (folder: string, url: string, port: number) => ({
  baseurlpath: `${url}/`,
  certdir: `${folder}/`,
  loggingdir: `${folder}/`,
  datadir: `${folder}/data/`,
  tempdir: `${folder}/tmp`,
  metadatadir: `${folder}/config/metadata/`,
  attributenamemapdir: '/etc/simplesamlphp/attributemap/',
  secretsalt: `salt-of-${port}`,
  'auth.adminpassword': `admin-of-${port}`,
  technicalcontact_email: 'na@example.org',
  timezone: 'UTC',
  'logging.handler': 'file',
  'logging.logfile': 'simplesamlphp.log',
  'logging.level': 5,
  'enable.saml20-idp': true,
  'module.enable': { exampleauth: true, core: true, saml: true },
  // Cookies of one host are shared by all its ports.
  'session.cookie.name': `SimpleSAMLSessionID${port}`,
  'session.cookie.secure': true,
  'session.cookie.samesite': 'None',
  'session.phpsession.cookiename': `SimpleSAML${port}`,
  'session.phpsession.savepath': `${folder}/tmp`,
  'session.authtoken.cookiename': `SimpleSAMLAuthToken${port}`,
  'session.duration': 28_800,
  'store.type': 'phpsession',
  'language.available': ['en', 'sv', 'nb', 'nn', 'nl'],
  'language.default': 'en',
  'theme.use': 'default',
  production: true,
  'admin.checkforupdates': false,
  'trusted.url.domains': null,
  'metadata.sources': [{ type: 'flatfile' }],
});

const authSources = (users: SimpleSamlProfile['users']) => ({
  people: {
    0: 'exampleauth:UserPass',
    ...Object.fromEntries(
      Object.entries(users).map(([name, { password, attributes, loa }]) => [
        `${name}:${password}`,
        { ...attributes, ...(loa === undefined ? {} : { [levelAttribute]: [loa] }) },
      ]),
    ),
  },
});

const hosted = (entityId: string, profile: SimpleSamlProfile) => ({
  [entityId]: {
    host: '__DEFAULT__',
    auth: 'people',
    privatekey: 'idp.key',
    certificate: 'idp.pem',
    'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'saml20.sign.response': profile.signResponse ?? true,
    'saml20.sign.assertion': profile.signAssertion ?? true,
    'sign.logout': true,
    'validate.logout': true,
    'redirect.sign': true,
    'validate.authnrequest': profile.requireSignedRequests ?? false,
    'assertion.encryption': profile.encrypt ?? false,
    SingleSignOnServiceBinding: [redirect, post],
    SingleLogoutServiceBinding: [redirect, post],
    'attributes.NameFormat': profile.nameFormat ?? 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
    ...(profile.nameId === undefined ? {} : { NameIDFormat: profile.nameId.format }),
    authproc: {
      ...(profile.nameId === undefined
        ? {}
        : {
            10: { class: 'saml:AttributeNameID', attribute: profile.nameId.attribute, Format: profile.nameId.format },
          }),
      ...(profile.loa === undefined
        ? {}
        : { 20: { class: 'saml:AuthnContextClassRef', AuthnContextClassRef: profile.loa } }),
      30: { class: 'core:PHP', code: levelFilter },
    },
  },
});

/** A provider that signs with a key of its own. Ask `requireDebian(...samlPackages)` first. */
export async function startSimpleSaml(given: SimpleSamlSettings): Promise<SimpleSaml> {
  const credential = await newSamlCredential('SimpleSAMLphp');
  let profile: SimpleSamlProfile = given;
  let entityId = given.entityId ?? '';
  let write:
    | { profile(): void; peers(peers: readonly string[]): void; key(credential: SamlCredential): void }
    | undefined;
  const apache = await startApache({
    name: 'simplesamlphp',
    tls: given.tls,
    readyPath: '/saml2/idp/metadata.php',
    configure: ({ folder, url, port }) => {
      for (const name of ['config/metadata', 'data', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
      entityId ||= `${url}/saml2/idp/metadata.php`;
      // PHP reads the settings from JSON at each request, so that a test can change them.
      const php = (name: string, variable: string, value: object): void => {
        const file = join(folder, 'config', name);
        writeFileSync(`${file}.json`, JSON.stringify(value));
        writeFileSync(`${file}.php`, `<?php $${variable} = json_decode(file_get_contents('${file}.json'), true);\n`);
      };
      write = {
        profile: () => {
          php('authsources', 'config', authSources(profile.users));
          php('metadata/saml20-idp-hosted', 'metadata', hosted(entityId, profile));
        },
        peers: (peers) => {
          const files = peers.map((xml, index) => {
            const file = join(folder, 'config', `peer-${index}.xml`);
            writeFileSync(file, xml);
            return { type: 'xml', file };
          });
          const known = config(folder, url, port);
          php('config', 'config', { ...known, 'metadata.sources': [...known['metadata.sources'], ...files] });
        },
        key: (key) => writeCredential(folder, 'idp', key),
      };
      write.profile();
      write.peers(given.peers ?? []);
      write.key(credential);
      return `
DocumentRoot /usr/share/simplesamlphp/www
SetEnv SIMPLESAMLPHP_CONFIG_DIR ${folder}/config
`;
    },
  });
  const metadata = async (): Promise<string> =>
    (await ask(new URL('/saml2/idp/metadata.php', apache.url), { root: given.tls.root })).body;
  return {
    entityId,
    url: apache.url,
    metadata,
    trust: (...peers) => write?.peers(peers),
    change: (changed) => {
      profile = { ...profile, ...changed };
      write?.profile();
    },
    roll: async () => write?.key(await newSamlCredential('SimpleSAMLphp')),
    logIn: async (browser, page, user, password) => {
      const form = formsOf(page).find(({ fields }) => 'password' in fields);
      if (form === undefined) throw new Error(`no login form at ${page.url}:\n${page.body}`);
      return await browser.submit(page, form, {
        username: user,
        password: password ?? profile.users[user]?.password ?? '',
      });
    },
    said: apache.said,
    stop: apache.stop,
  };
}
