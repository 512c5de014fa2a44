// What an application's record may say: an OAuth client with its protocol profile, keys and limits.
import {
  anyJson,
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
import { sourceOutageSchema } from './schema-enrolment.ts';
import { assurance, id, localizedName, reference, references, seconds, url } from './schema-parts.ts';
import { grantTypes, type OidcApplication, ticketAlgorithms } from './snapshot.ts';

const jwks = record({
  keys: list(namedValues(anyJson(), { names: '^.{1,100}$' }), { title: 'Keys', minItems: 1, maxItems: 20 }),
});
const method = () => word('private_key_jwt');
const secretHash = text({
  title: 'Hash of the secret',
  pattern: '^(\\$argon2id\\$v=19\\$m=\\d+,t=\\d+,p=\\d+\\$[A-Za-z0-9+/]+\\$[A-Za-z0-9+/]+)$',
  allowed: 'an Argon2id hash ($argon2id$…), or `secretFile: path` in an applied file',
  secret: true,
});

export const authenticationSchema = either(
  [
    record({ method: method(), jwks }),
    record({ method: method(), jwksUri: url('URL of the key set') }),
    record({ method: oneOf(['client_secret_basic', 'client_secret_post']), secretHash }),
  ],
  { title: 'Client authentication' },
);

const number = () => text({ pattern: '^\\d{9}$', maxLength: 9, allowed: 'an organisation number: nine digits' });
const numbers = (title: string) => list(number(), { title, uniqueItems: true, maxItems: 1000 });

export const representationSchema = record(
  {
    tenancy: oneOf(['single', 'multi', 'none'], { title: 'Tenancy' }),
    parent: optional(number()),
    child: optional(number()),
    supplier: optional(number()),
    parents: optional(numbers('Parents that may be named')),
    children: optional(numbers('Children that may be named')),
    childrenOf: optional(namedValues(numbers('Children'), { title: 'Children of each parent', names: '^\\d{9}$' })),
    allowParent: flag({ title: 'May name a parent', default: false }),
    allowChild: flag({ title: 'May name a child', default: false }),
  },
  { title: 'Speaks for' },
);

const scope = text({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,200}$', allowed: 'a scope token (RFC 6749 3.3)' });
const uris = (title: string) => list(url(title), { title, uniqueItems: true, maxItems: 100, default: [] });

export const applicationSchema = record({
  id: id('Client id'),
  issuer: reference('issuer', 'Issuer'),
  name: localizedName('Name'),
  profile: oneOf(['fapi2', 'basic', 'helseid'], { title: 'Protocol profile', default: 'fapi2' }),
  closed: flag({ title: 'Closed', default: false }),
  organisation: optional(reference('organisation', 'Organisation')),
  federation: optional(reference('federation', 'Federation')),
  redirectUris: uris('Redirect URIs'),
  postLogoutRedirectUris: uris('Redirect URIs after logout'),
  backchannelLogoutUri: optional(url('Back-channel logout URI')),
  frontchannelLogoutUri: optional(url('Front-channel logout URI')),
  frontchannelLogoutSessionRequired: optional(flag({ title: 'Front-channel logout says which session' })),
  authentication: authenticationSchema,
  grants: list(oneOf(grantTypes), {
    title: 'Grants',
    default: [],
    uniqueItems: true,
  }),
  scopes: list(scope, { title: 'Scopes', uniqueItems: true, default: [] }),
  apis: list(reference('api', 'API'), { title: 'APIs', uniqueItems: true, default: [] }),
  minimumAssurance: assurance('Minimum assurance'),
  providers: optional(references('provider', 'Providers', { minItems: 1 })),
  onBehalfOf: optional(
    namedValues(text({ pattern: '^[\\x21-\\x7e]{1,100}$', allowed: 'the name that the provider has for it' }), {
      title: 'Asks on behalf of',
      names: '^\\d{9}$',
    }),
  ),
  requireAssignment: flag({ title: 'The person must choose an assignment', default: false }),
  sourceOutage: optional(sourceOutageSchema),
  requireSignedRequest: flag({ title: 'Requests must be signed', default: false }),
  idTokenAlgorithm: optional(oneOf(ticketAlgorithms, { title: 'ID token algorithm' })),
  requirePushedRequest: optional(flag({ title: 'Requests must be pushed' })),
  requireBoundTokens: optional(flag({ title: 'Tokens must be bound to a key (DPoP)' })),
  refreshUse: optional(oneOf(['reusable', 'oneTime'], { title: 'Refresh tokens are' })),
  homeUrl: optional(url('Home page')),
  accessTokenSeconds: optional(seconds('Access tokens live', 3600)),
  refreshSeconds: optional(seconds('Refresh tokens live', 86_400)),
  keyDays: optional(
    wholeNumber({ title: 'Keys that the application registers itself live (days)', minimum: 1, maximum: 1096 }),
  ),
  actors: optional(
    list(
      record({
        application: reference('application', 'Application'),
        scopes: list(scope, { title: 'Scopes', uniqueItems: true, minItems: 1 }),
      }),
      { title: 'May exchange tickets of its users', minItems: 1, maxItems: 50 },
    ),
  ),
  introspects: list(reference('api', 'API'), { title: 'May introspect tokens of', uniqueItems: true, default: [] }),
  represents: optional(representationSchema),
  clientSystem: optional(reference('client system', 'Made from a draft of')),
});

type Fits<Read extends Told, Told> = Read;
export type ApplicationSchemaFits = Fits<Static<typeof applicationSchema>, OidcApplication>;
