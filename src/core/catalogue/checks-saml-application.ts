// The checks on applications that speak SAML: references, where answers may go, keys, and how the person is named.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { pemBlocks, readCertificate } from '../../base/x509/index.ts';
import type { CatalogueCheck, CatalogueProblem, CheckFacts } from './checks.ts';
import type { MetadataRole } from './metadata-source.ts';
import { redirectUriFault, uriFaultTexts } from './redirect-uri.ts';
import type { SamlApplication } from './saml-application.ts';
import { answerRulesOf } from './saml-application-preset.ts';
import type { FromMetadata, SamlEndpoint, SamlKeys } from './saml-entity.ts';

type Path = readonly (string | number)[];
type Say = (path: Path, message: string) => CatalogueProblem;

function each(
  name: string,
  clause: string,
  test: (application: SamlApplication, say: Say, facts: CheckFacts) => Iterable<CatalogueProblem>,
): CatalogueCheck {
  return {
    name,
    clause,
    *test(facts) {
      for (const application of facts.snapshot.samlApplications.values()) {
        const { id } = application;
        yield* test(application, (path, message) => ({ kind: 'samlApplication', id, path, message }), facts);
      }
    },
  };
}

/** What is wrong with one place of a partner: a browser is sent there, or we call it. */
export function endpointFault({
  location,
  responseLocation,
}: SamlEndpoint): { readonly member: string; readonly message: string } | undefined {
  for (const [member, address] of Object.entries({ location, responseLocation })) {
    const fault = address === undefined ? undefined : redirectUriFault(address, 'fapi2');
    if (fault) return { member, message: `${address}: ${uriFaultTexts[fault]}` };
  }
  return undefined;
}

/** What is wrong with the endpoints of a partner: where they lie, by which bindings, which is the default. */
export function* endpointProblems(
  endpoints: readonly SamlEndpoint[],
  path: Path,
  allowed: readonly SamlEndpoint['binding'][],
): Iterable<{ readonly path: Path; readonly message: string }> {
  const seen = new Set<number>();
  for (const [at, endpoint] of endpoints.entries()) {
    const { binding, index } = endpoint;
    if (!allowed.includes(binding))
      yield { path: [...path, at, 'binding'], message: `write ${allowed.join(' or ')}, not ${binding}` };
    const fault = endpointFault(endpoint);
    if (fault) yield { path: [...path, at, fault.member], message: fault.message };
    if (index !== undefined && seen.has(index))
      yield { path: [...path, at, 'index'], message: `index ${index} is there twice` };
    if (index !== undefined) seen.add(index);
  }
  if (endpoints.filter(({ isDefault }) => isDefault === true).length > 1)
    yield { path, message: 'only one of them can be the default' };
}

/** Said of what a record writes beside its metadata. */
export const fromMetadata = 'it comes from metadata: leave it out here';

/** What is wrong with where a record's metadata comes from. */
export function* metadataProblems<Problem>(
  metadata: FromMetadata | undefined,
  role: MetadataRole,
  { snapshot }: CheckFacts,
  say: (message: string) => Problem,
): Iterable<Problem> {
  if (metadata === undefined) return;
  const source = snapshot.metadataSources.get(metadata.source);
  if (source === undefined) yield say(`there is no metadata source ${metadata.source}`);
  else if (!source.roles.includes(role)) yield say(`metadata source ${source.id} brings no role ${role}`);
}

/** What is wrong with a partner's certificates: they must hold a key that is strong enough; their dates do not matter. */
export function* keyProblems(
  { signing, encryption }: SamlKeys,
  path: Path,
): Iterable<{ readonly path: Path; readonly message: string }> {
  for (const [use, texts] of Object.entries({ signing, encryption })) {
    for (const [at, pem] of texts.entries()) {
      const fault = certificateFault(pem, use);
      if (fault !== undefined) yield { path: [...path, use, at], message: fault };
    }
  }
}

/** What is wrong with one certificate (PEM) of a partner for a use. */
export function certificateFault(pem: string, use: string): string | undefined {
  const [der, ...more] = pemBlocks(pem);
  const read = der === undefined || more.length > 0 ? undefined : readCertificate(der);
  const key = read?.ok === true ? keyOf(pem) : undefined;
  return key === undefined ? 'write one certificate in PEM' : weakKey(key, use === 'encryption');
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

/** Sweden Connect deployment profile 8.1: RSA from 2048 bits, or EC; we encrypt to RSA keys alone. */
function weakKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, encrypts: boolean): string | undefined {
  if (asymmetricKeyType === 'rsa') {
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    return bits < 2048 ? `an RSA key needs at least 2048 bits, this has ${bits}` : undefined;
  }
  if (encrypts) return 'assertions are encrypted to RSA keys: give a certificate with one';
  const curves = ['prime256v1', 'secp384r1', 'secp521r1'];
  return asymmetricKeyType === 'ec' && curves.includes(asymmetricKeyDetails?.namedCurve ?? '')
    ? undefined
    : 'write the certificate of an RSA key or of an EC key (P-256, P-384, P-521)';
}

export const samlApplicationChecks: readonly CatalogueCheck[] = [
  each(
    'samlApplication.references',
    'house: found by configured id',
    function* (application, say, { snapshot, organisations }) {
      const { id, issuer, organisation, federation } = application;
      if (!snapshot.issuers.has(issuer)) yield say(['issuer'], `there is no issuer ${issuer}`);
      if (organisation && organisations && !organisations.has(organisation))
        yield say(['organisation'], `there is no organisation ${organisation}`);
      if (federation !== undefined && !snapshot.federations.has(federation))
        yield say(['federation'], `there is no federation ${federation}`);
      if (snapshot.clients.has(id))
        yield say(['id'], `there is an OpenID Connect application ${id}: choose another id`);
      for (const [index, provider] of (application.providers ?? []).entries()) {
        if (!snapshot.providers.has(provider)) yield say(['providers', index], `there is no provider ${provider}`);
      }
    },
  ),
  each('samlApplication.entityId', 'SAML Core 8.3.6: it names one', function* (application, say, { snapshot }) {
    const same = [...snapshot.samlApplications.values()].filter(
      ({ entityId, issuer }) => entityId === application.entityId && issuer === application.issuer,
    );
    if (same.length > 1)
      yield say(['entityId'], `${same.map(({ id }) => id).join(' and ')} have the same entity ID at one issuer`);
  }),
  each('samlApplication.metadata', 'K1: what is there twice is believed once', function* (application, say, facts) {
    yield* metadataProblems(application.metadata, 'sp', facts, (message) => say(['metadata', 'source'], message));
    if (application.metadata === undefined) return;
    const { assertionConsumers, singleLogout, keys, attributeConsumers } = application;
    const written = { assertionConsumers, singleLogout, attributeConsumers: attributeConsumers ?? [], ...keys };
    for (const [member, list] of Object.entries(written))
      if (list.length > 0) yield say([member in keys ? 'keys' : member], fromMetadata);
  }),
  each('samlApplication.endpoints', 'O1; SAML Profiles 4.1.2', function* (application, say) {
    const { assertionConsumers, singleLogout, metadata } = application;
    if (metadata === undefined && assertionConsumers.length === 0)
      yield say(['assertionConsumers'], 'say where answers go, or from which metadata that is read');
    const found = [
      ...endpointProblems(assertionConsumers, ['assertionConsumers'], ['post', 'artifact']),
      ...endpointProblems(singleLogout, ['singleLogout'], ['redirect', 'post', 'soap']),
    ];
    for (const { path, message } of found) yield say(path, message);
  }),
  each('samlApplication.keys', 'Sweden Connect deployment profile 8.1', function* (application, say) {
    const { keys, requireSignedRequest, metadata } = application;
    for (const { path, message } of keyProblems(keys, ['keys'])) yield say(path, message);
    // Held against what the metadata brings, each time that it is read.
    if (metadata !== undefined) return;
    if (requireSignedRequest && keys.signing.length === 0)
      yield say(['keys', 'signing'], 'requests must be signed: give the certificate that they are signed with');
    if (answerRulesOf(application).encrypts === 'always' && keys.encryption.length === 0)
      yield say(['keys', 'encryption'], 'its assertions are always encrypted: give the certificate to encrypt them to');
  }),
  each('samlApplication.artifacts', 'SAML Profiles 5.3.1: who resolves one signs', function* (application, say) {
    const { assertionConsumers, keys } = application;
    if (keys.signing.length === 0 && assertionConsumers.some(({ binding }) => binding === 'artifact'))
      yield say(['keys', 'signing'], 'it takes answers by artifact: give the certificate that it signs with');
  }),
  each('samlApplication.nameId', 'SAML Core 8.3.7, 8.3.8', function* ({ nameId }, say) {
    if (nameId === undefined) return;
    const ours = nameId.format === 'persistent' || nameId.format === 'transient';
    if (ours && nameId.from !== undefined)
      yield say(['nameId', 'from'], `a ${nameId.format} name is made for this application: leave this out`);
    if (!ours && nameId.from === undefined)
      yield say(['nameId', 'from'], `say what of the person a name of the format ${nameId.format} is`);
    if (nameId.from === 'nationalNumber')
      yield say(['nameId', 'from'], 'a national number is no name: release it as an attribute');
  }),
  each('samlApplication.attributes', 'SAML Core 2.7.3.1', function* ({ attributes }, say) {
    const seen = new Set<string>();
    for (const [index, { name }] of attributes.entries()) {
      if (seen.has(name)) yield say(['attributes', index, 'name'], `${name} is there twice`);
      seen.add(name);
    }
  }),
];
