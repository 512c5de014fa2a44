// What the records of SAML partners may say: an application (service provider), and an upstream identity provider.
import {
  flag,
  list,
  namedValues,
  oneOf,
  optional,
  record,
  type Static,
  text,
  wholeNumber,
} from '../../base/schema/index.ts';
import { assuranceLevels } from '../../wire/codes/index.ts';
import { nameIdFormatNames, releasable, type SamlApplication, samlApplicationPresetNames } from './saml-application.ts';
import { type SamlMembers, type SamlUpstream, samlPresetNames } from './saml-provider.ts';
import { sourceOutageSchema } from './schema-enrolment.ts';
import { assurance, id, localizedName, reference, references, url } from './schema-parts.ts';

/** SAML Core 8.3.6: at most 1024 characters. */
const entityId = () =>
  text({ title: 'Entity ID', pattern: '^[\\x21-\\x7e]{1,1024}$', maxLength: 1024, allowed: 'a URI without spaces' });

const metadata = () =>
  optional(record({ source: reference('metadataSource', 'Source') }, { title: 'Places and keys come from metadata' }));

const endpoints = (title: string) =>
  list(
    record({
      binding: oneOf(['redirect', 'post', 'artifact', 'soap'], { title: 'Binding', default: 'post' }),
      location: url('Location'),
      responseLocation: optional(url('Location of answers')),
      index: optional(wholeNumber({ title: 'Index', minimum: 0, maximum: 65_535 })),
      isDefault: optional(flag({ title: 'Default' })),
    }),
    { title, maxItems: 100, default: [] },
  );

const certificate = () =>
  text({
    pattern: '^\\s*-----BEGIN CERTIFICATE-----[\\s\\S]*-----END CERTIFICATE-----\\s*$',
    maxLength: 100_000,
    allowed: 'a certificate in PEM, or `file: path`',
  });
const keys = () =>
  record(
    {
      signing: list(certificate(), { title: 'Signs with', maxItems: 20, default: [] }),
      encryption: list(certificate(), { title: 'Is encrypted to', maxItems: 20, default: [] }),
    },
    { title: 'Keys', default: {} },
  );

const released = () =>
  text({
    title: 'What of the person',
    pattern: `^(${releasable.join('|')}|person\\.[A-Za-z][A-Za-z0-9_-]{0,63})$`,
    allowed: `${releasable.join(', ')}, or person. and the name of an attribute`,
  });
const signatures = () => oneOf(['both', 'response', 'assertion'], { title: 'Signed' });

export const samlApplicationSchema = record({
  id: id(),
  issuer: reference('issuer', 'Issuer'),
  name: localizedName('Name'),
  closed: flag({ title: 'Closed', default: false }),
  organisation: optional(reference('organisation', 'Organisation')),
  federation: optional(reference('federation', 'Federation')),
  minimumAssurance: assurance('Minimum assurance'),
  providers: optional(references('provider', 'Providers', { minItems: 1 })),
  requireAssignment: flag({ title: 'The person must choose an assignment', default: false }),
  sourceOutage: optional(sourceOutageSchema),
  homeUrl: optional(url('Home page')),
  entityId: entityId(),
  metadata: metadata(),
  preset: oneOf(samlApplicationPresetNames, { title: 'Kind of application', default: 'generic' }),
  assertionConsumers: endpoints('Assertion consumer services'),
  singleLogout: endpoints('Single logout services'),
  attributeConsumers: optional(
    list(wholeNumber({ minimum: 0, maximum: 65_535 }), {
      title: 'Indexes of attribute consuming services',
      uniqueItems: true,
      maxItems: 100,
    }),
  ),
  keys: keys(),
  nameId: optional(
    record({ format: oneOf(nameIdFormatNames, { title: 'Format' }), from: optional(released()) }, { title: 'NameID' }),
  ),
  attributes: list(
    record({
      name: text({ title: 'Name', pattern: '^[\\x21-\\x7e]{1,500}$', allowed: 'a name without spaces' }),
      nameFormat: oneOf(['uri', 'basic', 'unspecified'], { title: 'Format of the name', default: 'uri' }),
      friendlyName: optional(text({ title: 'Name for people', maxLength: 200 })),
      from: released(),
    }),
    { title: 'Attributes', maxItems: 100, default: [] },
  ),
  signs: optional(signatures()),
  encrypts: optional(oneOf(['always', 'whenPossible', 'never'], { title: 'Encrypted' })),
  requireSignedRequest: flag({ title: 'Requests must be signed', default: false }),
  unsolicited: flag({ title: 'Logins may begin here (IdP-initiated)', default: false }),
});

/** What a provider is like and may do, whoever it is. */
const upstreamRules = () => ({
  preset: oneOf(samlPresetNames, { title: 'Kind of provider', default: 'generic' }),
  subjectAttribute: optional(text({ title: 'Attribute that names the person, or NameID', maxLength: 500 })),
  levels: namedValues(oneOf(assuranceLevels), {
    title: 'Names of levels (AuthnContextClassRef)',
    names: '^[\\x21-\\x7e]{1,500}$',
    default: {},
  }),
  signs: optional(signatures()),
  mustEncrypt: optional(flag({ title: 'Assertions must be encrypted' })),
  allowCbc: optional(flag({ title: 'It may encrypt by AES-CBC' })),
  answerBinding: optional(oneOf(['post', 'artifact'], { title: 'How its answers come' })),
  scoping: optional(flag({ title: 'It takes the name of the application (Scoping)' })),
  passive: optional(flag({ title: 'It may be asked who is logged in there, silently (IsPassive)' })),
  testNumbers: flag({ title: 'Test numbers are taken', default: false }),
  passLogout: flag({ title: 'Our logout goes on to it', default: false }),
});

/** Scopes as records and metadata have them. */
export const scopes = (title: string) =>
  list(text({ pattern: '^[a-z0-9.-]{1,253}$', allowed: 'a domain name or an organisation number' }), {
    title,
    uniqueItems: true,
    maxItems: 100,
    default: [],
  });

export const samlMembersSchema = record(
  { source: reference('metadataSource', 'Source'), ...upstreamRules() },
  { title: 'SAML identity providers of a federation' },
);

export const samlUpstreamSchema = record(
  {
    entityId: entityId(),
    metadata: metadata(),
    ...upstreamRules(),
    singleSignOn: endpoints('Single sign-on services'),
    singleLogout: endpoints('Single logout services'),
    artifactResolution: optional(endpoints('Artifact resolution services')),
    keys: keys(),
    namespaces: list(
      text({ pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$', allowed: 'a namespace, for example se-personnummer' }),
      { title: 'Identifiers that it may assert', uniqueItems: true, maxItems: 20, default: [] },
    ),
    organisation: optional(reference('organisation', 'Organisation whose people it proves')),
    scopes: scopes('Scopes that its values may carry'),
    userMessage: optional(flag({ title: 'It shows a text of ours' })),
    unsolicitedTo: optional(reference('application', 'Where people go whom it sends by itself')),
  },
  { title: 'SAML identity provider' },
);

type Fits<Read extends Told, Told> = Read;
export type SamlSchemasFit = [
  Fits<
    Omit<Static<typeof samlApplicationSchema>, 'nameId' | 'attributes'>,
    Omit<SamlApplication, 'nameId' | 'attributes'>
  >,
  Fits<Static<typeof samlUpstreamSchema>, SamlUpstream>,
  Fits<Static<typeof samlMembersSchema>, SamlMembers>,
];
