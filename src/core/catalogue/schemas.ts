// Every kind of catalogue item described once: what the applied file, the stored document and the admin form share.
import {
  either,
  flag,
  list,
  namedValues,
  oneOf,
  optional,
  record,
  type Static,
  text,
  wholeNumber,
  word,
} from '../../base/schema/index.ts';
import { assuranceLevels, connectorKinds, deviceKinds } from '../../wire/codes/index.ts';
import { derivedRuleSchema } from './derived-rule.ts';
import type { MetadataSource } from './metadata-source.ts';
import type { PolicyRule } from './policy-rule.ts';
import { type PopulationRecord, populationPresetNames } from './population-preset.ts';
import { accountRuleSchema, accountTargetSchema } from './schema-account.ts';
import { apiSchema, codes, hours, scopes } from './schema-api.ts';
import { applicationSchema } from './schema-application.ts';
import { assignmentConflictSchema } from './schema-assignment-conflict.ts';
import { cardProfileSchema } from './schema-card-profile.ts';
import { certificateIssuerSchema } from './schema-certificate-issuer.ts';
import { clientSystemSchema } from './schema-client-system.ts';
import { enrolmentRuleSchema } from './schema-enrolment.ts';
import { metadataSourceSchema } from './schema-metadata.ts';
import { methodCutoffSchema } from './schema-method-cutoff.ts';
import {
  assurance,
  certificates,
  connector,
  deviceKind,
  id,
  instant,
  localizedName,
  oid,
  reference,
  references,
  seconds,
  url,
} from './schema-parts.ts';
import { passwordDomainSchema } from './schema-password-domain.ts';
import { personSourceSchema } from './schema-person-source.ts';
import { preconditionSchema } from './schema-precondition.ts';
import { samlApplicationSchema, samlMembersSchema, scopes as samlScopes, samlUpstreamSchema } from './schema-saml.ts';
import { priceSchema, upstreamSchema } from './schema-upstream.ts';
import {
  type Brand,
  type CatalogueKind,
  defaultLifetimes,
  type Federation,
  type HubSettings,
  type Issuer,
  type Network,
  type Provider,
} from './snapshot.ts';

export const issuerSchema = record({
  id: id(),
  url: text({
    title: 'Issuer URL',
    pattern: '^https://[^\\s?#]*[^\\s?#/]$',
    maxLength: 500,
    allowed: 'an https URL without a slash at its end, without query and fragment',
  }),
  endpoints: optional(oneOf(['plain', 'helseid'], { title: 'Paths of the endpoints' })),
  brand: reference('brand', 'Brand'),
  approvedLevels: optional(
    list(text({ pattern: '^[\\x21-\\x7e]{1,500}$', allowed: 'the name of a level, for example a URI' }), {
      title: 'National levels that it is approved for',
      uniqueItems: true,
      maxItems: 50,
    }),
  ),
  scopes: optional(samlScopes('Scopes in its SAML metadata')),
  saml: optional(flag({ title: 'SAML metadata and keys before the first application or provider' })),
  federation: optional(
    record(
      {
        authorityHints: list(
          text({
            pattern: '^https://[^\\s?#]+$',
            maxLength: 500,
            allowed: 'the https identifier of an entity above it',
          }),
          { title: 'Entities that vouch for it', uniqueItems: true, minItems: 1, maxItems: 20 },
        ),
      },
      { title: 'OpenID Federation' },
    ),
  ),
});

export const providerSchema = record({
  id: id(),
  connector: connector('Connector'),
  name: localizedName('Name'),
  maximumAssurance: assurance('Highest assurance'),
  populations: list(reference('population', 'Population'), { title: 'Populations', uniqueItems: true, default: [] }),
  order: wholeNumber({ title: 'Order', minimum: 0, maximum: 1000, default: 100 }),
  highReuseSeconds: optional(seconds('High evidence may be reused for', 86_400)),
  upstream: optional(upstreamSchema),
  saml: optional(samlUpstreamSchema),
  samlMembers: optional(samlMembersSchema),
  domain: optional(passwordDomainSchema),
  price: optional(priceSchema),
});

const identifierSchema = record({
  attribute: oid('Attribute of the subject'),
  pattern: oneOf(['hsaId', 'swedishPersonalNumber', 'issuerScoped', 'custom'], { title: 'Pattern' }),
  custom: optional(text({ title: 'Regular expression', maxLength: 200 })),
  namespace: text({
    title: 'Namespace',
    pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$',
    allowed: 'small letters, digits and : . _ -',
  }),
});

export const populationSchema = record({
  id: id(),
  preset: optional(oneOf(populationPresetNames, { title: 'Preset' })),
  name: optional(localizedName('Name')),
  certificateClass: optional(oneOf(['simple', 'advanced', 'siths', 'other'], { title: 'Class' })),
  anchors: certificates('Anchors', { minItems: 1 }),
  intermediates: certificates('Intermediates', { default: [] }),
  issuers: optional(list(text({ maxLength: 500 }), { title: 'Issuers', minItems: 1, uniqueItems: true })),
  policyOids: optional(list(oid('Policy'), { title: 'Policies', minItems: 1, uniqueItems: true })),
  assuranceByPolicy: optional(
    namedValues(oneOf(assuranceLevels), { title: 'Assurance by policy', names: '^[0-2](\\.\\d+)+$' }),
  ),
  extendedKeyUsages: list(oid('Extended key usage'), { title: 'Extended key usages', uniqueItems: true, default: [] }),
  identifiers: list(identifierSchema, { title: 'Identifiers', maxItems: 10, default: [] }),
  assurance: optional(assurance('Assurance')),
  derived: optional(derivedRuleSchema),
  revocation: record(
    {
      mode: oneOf(['crl', 'ocsp', 'either', 'both'], { title: 'Revocation', default: 'crl' }),
      first: optional(oneOf(['crl', 'ocsp'], { title: 'Asked first, where either will do' })),
      deltas: optional(oneOf(['preferred', 'required'], { title: 'Delta lists, where lists name them' })),
      indirectLists: optional(flag({ title: 'Lists that another authority signs count' })),
      overrides: namedValues(url('Fetch from'), {
        title: 'Fetch instead',
        names: '^https?://[^\\s]{1,1000}$',
        default: {},
      }),
      allowedHosts: list(text({ pattern: '^[a-z0-9.-]+:\\d{1,5}$', allowed: 'host:port' }), {
        title: 'Hosts that lists and OCSP answers come from',
        uniqueItems: true,
        default: [],
      }),
      grace: optional(
        record(
          { until: instant('Until'), reason: text({ title: 'Reason', minLength: 3, maxLength: 300 }) },
          { title: 'Let cards in while their status cannot be had' },
        ),
      ),
    },
    { title: 'Revocation', default: {} },
  ),
});

const cidrs = (title: string, given: { minItems?: number; default?: [] }) =>
  list(
    text({
      pattern: '^[0-9A-Fa-f:.]+/\\d{1,3}$',
      maxLength: 50,
      allowed: 'an address block such as 10.20.0.0/16 or 2001:db8::/48',
    }),
    { title, uniqueItems: true, ...given },
  );

export const federationSchema = record({
  id: id(),
  name: localizedName('Name'),
  members: list(
    record({
      organisation: reference('organisation', 'Organisation'),
      from: optional(instant('From')),
      until: optional(instant('Until')),
      scopes: samlScopes('Domain names of its own, beside its number'),
    }),
    { title: 'Members', maxItems: 5000, default: [] },
  ),
});

export const networkSchema = record({
  id: id(),
  name: text({ title: 'Name', maxLength: 200 }),
  cidrs: cidrs('Address blocks', { minItems: 1 }),
  deviceKind: optional(deviceKind('Kind of the devices there')),
  organisation: optional(reference('organisation', 'Organisation')),
  healthNetwork: optional(flag({ title: 'Part of the health network' })),
});

const colour = (title: string) =>
  text({ title, pattern: '^#[0-9a-fA-F]{6}$', allowed: '# and six hexadecimal digits', control: 'colour' });

export const brandSchema = record({
  id: id(),
  name: text({ title: 'Name', maxLength: 100 }),
  logo: optional(
    text({
      title: 'Logo',
      pattern: '^data:image/(svg\\+xml|png);base64,[A-Za-z0-9+/]+={0,2}$',
      maxLength: 200_000,
      allowed: 'data:image/png;base64,… or data:image/svg+xml;base64,…',
    }),
  ),
  primary: colour('Main colour'),
  accent: colour('Second colour'),
  contact: text({ title: 'Contact', maxLength: 300 }),
});

/** Codes and numbers that a request's context may have; `none`: it has none of them. */
const contextValues = (title: string) =>
  list(text({ pattern: '^[A-Za-z0-9:_.-]{1,64}$', allowed: 'a code, an organisation number, or none' }), {
    title,
    minItems: 1,
    uniqueItems: true,
  });

const conditionParts = () => ({
  applications: optional(references('application', 'Applications', { minItems: 1 })),
  organisations: optional(references('organisation', 'Organisations', { minItems: 1 })),
  roles: optional(codes('Roles')),
  person: optional(
    namedValues(list(either([text({ maxLength: 200 }), flag()]), { minItems: 1 }), {
      title: 'Attributes of the person',
      names: '^[A-Za-z][A-Za-z0-9_.-]{0,63}$',
    }),
  ),
  devices: optional(list(oneOf(deviceKinds), { title: 'Devices', minItems: 1, uniqueItems: true })),
  networks: optional(references('network', 'Networks', { minItems: 1 })),
  methods: optional(list(oneOf(connectorKinds), { title: 'Methods', minItems: 1, uniqueItems: true })),
  apis: optional(references('api', 'APIs', { minItems: 1 })),
  scopes: optional(scopes('Scopes', { minItems: 1 })),
  hours: optional(hours('Hours')),
  workplaces: optional(contextValues('Workplaces')),
  professions: optional(contextValues('Professions')),
  purposes: optional(contextValues('Purposes')),
});

const effectSchema = either(
  [
    record({ kind: word('requireMethods'), methods: list(oneOf(connectorKinds), { minItems: 1, uniqueItems: true }) }),
    record({ kind: word('requireAssurance'), assurance: assurance('Assurance') }),
    record({ kind: word('maxAge'), seconds: seconds('At most this old', 86_400) }),
    record({ kind: word('deny') }),
  ],
  { title: 'Then' },
);

export const ruleSchema = record({
  id: id(),
  title: text({ title: 'Title', maxLength: 200 }),
  shown: optional(localizedName('What people read')),
  owner: text({ title: 'Owner', maxLength: 200 }),
  from: optional(instant('From')),
  until: optional(instant('Until')),
  when: record(conditionParts(), { title: 'When', default: {} }),
  unless: optional(record(conditionParts(), { title: 'Unless' })),
  // biome-ignore lint/suspicious/noThenProperty: a rule reads "when … then …"
  then: effectSchema,
});

const lifetime = (name: keyof typeof defaultLifetimes, maximum: number) =>
  wholeNumber({ title: name, minimum: 1, maximum, default: defaultLifetimes[name] });

/** The upper ends are where a lifetime would break a standard or the idea of it; what is longer than the default shows as weaker. */
export const settingsSchema = record({
  id: oneOf(['hub'], { default: 'hub' }),
  lifetimes: record(
    {
      sessionIdle: lifetime('sessionIdle', 43_200),
      sessionAbsolute: lifetime('sessionAbsolute', 86_400),
      journey: lifetime('journey', 3600),
      handoff: lifetime('handoff', 120),
      accessToken: lifetime('accessToken', 3600),
      refresh: lifetime('refresh', 86_400),
      clientAssertion: lifetime('clientAssertion', 300),
      dpopPast: lifetime('dpopPast', 300),
      dpopFuture: lifetime('dpopFuture', 60),
      code: lifetime('code', 60),
      pushedRequest: lifetime('pushedRequest', 600),
      highReuse: lifetime('highReuse', 86_400),
      cardRecheck: lifetime('cardRecheck', 86_400),
      linkProof: lifetime('linkProof', 900),
    },
    { title: 'Lifetimes in seconds', default: {} },
  ),
  trustedProxies: cidrs('Proxies that are believed', { default: [] }),
  linkAssurance: oneOf(assuranceLevels, { title: 'Proof that adds or removes a login', default: 'substantial' }),
  sharedSignals: record(
    {
      withinMinutes: wholeNumber({ title: 'Minutes', minimum: 1, maximum: 1440, default: 15 }),
      networks: flag({ title: 'Two networks', default: true }),
      devices: flag({ title: 'Two devices', default: true }),
    },
    { title: 'Signs that an account is shared', default: {} },
  ),
  publishSystems: flag({ title: 'Show without a login what systems require', default: false }),
  demo: flag({ title: 'Demo', default: false }),
});

/** Kind -> description. */
export const catalogueSchemas = {
  issuer: issuerSchema,
  application: applicationSchema,
  samlApplication: samlApplicationSchema,
  api: apiSchema,
  provider: providerSchema,
  population: populationSchema,
  federation: federationSchema,
  network: networkSchema,
  brand: brandSchema,
  rule: ruleSchema,
  clientSystem: clientSystemSchema,
  metadataSource: metadataSourceSchema,
  certificateIssuer: certificateIssuerSchema,
  cardProfile: cardProfileSchema,
  accountTarget: accountTargetSchema,
  accountRule: accountRuleSchema,
  personSource: personSourceSchema,
  precondition: preconditionSchema,
  enrolmentRule: enrolmentRuleSchema,
  assignmentConflict: assignmentConflictSchema,
  methodCutoff: methodCutoffSchema,
  settings: settingsSchema,
} as const satisfies Record<CatalogueKind, unknown>;

// What a description reads is what the rest of the hub is told it gets.
type Fits<Read extends Told, Told> = Read;
export type SchemasFit = [
  Fits<Static<typeof issuerSchema>, Issuer>,
  Fits<Static<typeof providerSchema>, Provider>,
  Fits<Static<typeof populationSchema>, PopulationRecord>,
  Fits<Static<typeof federationSchema>, Federation>,
  Fits<Static<typeof networkSchema>, Network>,
  Fits<Static<typeof brandSchema>, Brand>,
  Fits<Static<typeof ruleSchema>, PolicyRule>,
  Fits<Static<typeof metadataSourceSchema>, MetadataSource>,
  Fits<Static<typeof settingsSchema>, HubSettings>,
];
