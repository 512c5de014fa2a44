// The description of an upstream OpenID provider: its place, how we prove ourselves, and what it may assert.
import { either, flag, list, namedValues, oneOf, optional, record, text } from '../../base/schema/index.ts';
import { assuranceLevels } from '../../wire/codes/index.ts';
import { reference } from './schema-parts.ts';
import { providerPresetNames } from './snapshot.ts';

const authenticationSchema = either(
  [
    record({
      method: oneOf(['private_key_jwt']),
      algorithm: oneOf(['ES256', 'PS256', 'RS256'], { title: 'Signed with', default: 'ES256' }),
    }),
    record({
      method: oneOf(['client_secret_basic', 'client_secret_post']),
      sealedSecret: text({
        title: 'Secret',
        secret: true,
        maxLength: 4000,
        pattern: '^[A-Za-z0-9+/]+={0,2}$',
        allowed: 'what `npx tillit apply` makes of `secretFile: path`',
      }),
    }),
  ],
  { title: 'How we prove who we are' },
);

const levels = (title: string) =>
  namedValues(oneOf(assuranceLevels), { title, names: '^[\\x21-\\x7e\\u00a0-\\uffff]{1,200}$', default: {} });

export const upstreamSchema = record(
  {
    issuer: text({
      title: 'Issuer',
      pattern: '^https?://[^\\s?#]+$',
      maxLength: 500,
      allowed: 'the issuer exactly as its discovery document writes it',
    }),
    clientId: text({ title: 'Our client id there', pattern: '^[\\x20-\\x7e]{1,200}$', allowed: 'printable ASCII' }),
    authentication: authenticationSchema,
    preset: oneOf(providerPresetNames, { title: 'Kind of provider', default: 'generic' }),
    namespaces: list(
      text({ pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$', allowed: 'a namespace, for example no-fodselsnummer' }),
      { title: 'Identifiers that it may assert', uniqueItems: true, maxItems: 20, default: [] },
    ),
    organisation: optional(reference('organisation', 'Organisation whose people it proves')),
    subjectClaim: optional(text({ title: 'Claim that names the person', maxLength: 200 })),
    levels: levels('Names of levels (acr)'),
    methodLevels: levels('Names of methods (amr)'),
    methods: optional(
      namedValues(text({ pattern: '^[\\x21-\\x7e]{1,100}$', allowed: 'what it takes in acr_values' }), {
        title: 'Its words for ways in',
        names: '^[a-z0-9:_-]{1,40}$',
      }),
    ),
    scopes: list(text({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,200}$', allowed: 'a scope token (RFC 6749 3.3)' }), {
      title: 'More scopes',
      uniqueItems: true,
      maxItems: 50,
      default: [],
    }),
    responseMode: oneOf(['query', 'form_post'], { title: 'The answer comes by', default: 'query' }),
    testNumbers: flag({ title: 'Test numbers are taken', default: false }),
    privateNetwork: flag({ title: 'Lies in a private network', default: false }),
    passLogout: flag({ title: 'Our logout goes on to it', default: false }),
    backchannelLogout: flag({ title: 'Its logout ends sessions here, told by its server', default: false }),
    frontchannelLogout: flag({ title: 'Its logout ends sessions here, told in the browser', default: false }),
  },
  { title: 'Upstream provider' },
);

export const priceSchema = record(
  {
    amount: text({ title: 'Amount', pattern: '^\\d{1,7}(\\.\\d{1,4})?$', allowed: 'a decimal number such as 1.25' }),
    currency: text({ title: 'Currency', pattern: '^[A-Z]{3}$', allowed: 'three letters (ISO 4217)' }),
  },
  { title: 'Price of one login' },
);
