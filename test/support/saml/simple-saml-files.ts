// The settings files that SimpleSAMLphp reads: PHP that takes each from JSON at every request, so that a test can change them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApachePlace } from '../apache.ts';
import { giveToNobody } from '../unprivileged.ts';
import { type SamlCredential, writeCredential } from './credentials.ts';

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
  /** Answers by artifact where an application asks for it. */
  readonly sendsArtifacts?: boolean;
}

/** All that its settings say at one moment. */
export interface SimpleSamlState {
  readonly entityId: string;
  readonly profile: SimpleSamlProfile;
  /** Metadata of the applications that it knows. */
  readonly peers: readonly string[];
  readonly key: SamlCredential;
  readonly next: SamlCredential | undefined;
  /** Signs its metadata. */
  readonly metadataKey: SamlCredential;
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

const config = ({ folder, port }: ApachePlace, { base, keeps = false }: SimpleSamlFiles) => ({
  baseurlpath: base,
  certdir: `${folder}/config/`,
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
  // Artifacts are kept in a store of its own, which its sessions then are in, too.
  ...(keeps
    ? { 'store.type': 'sql', 'store.sql.dsn': `sqlite:${folder}/data/store.sqlite`, 'store.sql.prefix': 'kept' }
    : { 'store.type': 'phpsession' }),
  'language.available': ['en', 'sv', 'nb', 'nn', 'nl'],
  'language.default': 'en',
  'theme.use': 'default',
  production: true,
  'admin.checkforupdates': false,
  'trusted.url.domains': null,
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

const hosted = ({ entityId, profile, next }: SimpleSamlState) => ({
  [entityId]: {
    host: '__DEFAULT__',
    auth: 'people',
    privatekey: 'idp.key',
    certificate: 'idp.pem',
    ...(next === undefined ? {} : { new_privatekey: 'next.key', new_certificate: 'next.pem' }),
    'metadata.sign.enable': true,
    'metadata.sign.privatekey': 'metadata.key',
    'metadata.sign.certificate': 'metadata.pem',
    'metadata.sign.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'saml20.sign.response': profile.signResponse ?? true,
    'saml20.sign.assertion': profile.signAssertion ?? true,
    'sign.logout': true,
    'validate.logout': true,
    'redirect.sign': true,
    'validate.authnrequest': profile.requireSignedRequests ?? false,
    'assertion.encryption': profile.encrypt ?? false,
    'saml20.sendartifact': profile.sendsArtifacts ?? false,
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

export interface SimpleSamlFiles {
  /** Where SimpleSAMLphp's own pages are. */
  readonly base: string;
  /** It has a store to keep messages in. */
  readonly keeps?: boolean | undefined;
  /** Metadata of the parties that it knows. */
  readonly peers: readonly string[];
  readonly authSources: object;
  readonly hosted?: object;
  readonly credentials: Readonly<Record<string, SamlCredential | undefined>>;
}

/** Writes the files of a provider or an application, in place of those that are there. */
export function writeFiles(place: ApachePlace, given: SimpleSamlFiles): void {
  const { folder } = place;
  const own = join(folder, 'config');
  for (const name of ['config/metadata', 'data', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
  const php = (name: string, variable: string, value: object): void => {
    const json = join(own, `${name}.json`);
    writeFileSync(json, JSON.stringify(value));
    writeFileSync(join(own, `${name}.php`), `<?php $${variable} = json_decode(file_get_contents('${json}'), true);\n`);
  };
  const sources = given.peers.map((xml, index) => {
    const file = join(own, `peer-${index}.xml`);
    writeFileSync(file, xml);
    return { type: 'xml', file };
  });
  php('config', 'config', {
    ...config(place, given),
    'metadata.sources': [{ type: 'flatfile' }, ...sources],
  });
  php('authsources', 'config', given.authSources);
  php('metadata/saml20-idp-hosted', 'metadata', given.hosted ?? {});
  for (const [name, credential] of Object.entries(given.credentials)) {
    if (credential) writeCredential(own, name, credential);
  }
  giveToNobody(own);
}

/** Writes the provider's files. */
export function writeProvider(place: ApachePlace, state: SimpleSamlState): void {
  writeFiles(place, {
    base: `${place.url}/`,
    keeps: state.profile.sendsArtifacts,
    peers: state.peers,
    authSources: authSources(state.profile.users),
    hosted: hosted(state),
    credentials: { idp: state.key, next: state.next, metadata: state.metadataKey },
  });
}
