// What an API's record may say, and the parts of a rule's condition that its limits share.
import { flag, list, oneOf, optional, record, type Static, text } from '../../base/schema/index.ts';
import type { Api } from './api.ts';
import { weekdays } from './hours.ts';
import { assurance, id, localizedName, reference, references, seconds } from './schema-parts.ts';
import { ticketAlgorithms } from './snapshot.ts';

const scope = () =>
  text({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,200}$', allowed: 'a scope token (RFC 6749 3.3)' });

/** Scopes of APIs. */
export const scopes = (title: string, given: { minItems?: number; default?: [] } = {}) =>
  list(scope(), { title, uniqueItems: true, ...given });

const time = (title: string) =>
  text({
    title,
    pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
    allowed: 'a time of day such as 07:30, or 24:00; in quotes',
  });

const hoursSchema = record({
  days: list(oneOf(weekdays), { title: 'Weekdays', minItems: 1, uniqueItems: true }),
  from: time('From'),
  to: time('To'),
  zone: text({ title: 'Time zone', maxLength: 100, allowed: 'a time zone such as Europe/Oslo' }),
});

/** Opening hours. */
export const hours = (title: string) => list(hoursSchema, { title, minItems: 1, maxItems: 50 });

/** Codes of roles or professions. */
export const codes = (title: string) => list(text({ maxLength: 100 }), { title, minItems: 1, uniqueItems: true });

const limitsSchema = record(
  {
    organisations: optional(references('organisation', 'Organisations', { minItems: 1 })),
    clients: optional(
      list(
        record({
          client: reference('application', 'Application'),
          scopes: optional(scopes('Scopes', { minItems: 1 })),
        }),
        { title: 'Applications' },
      ),
    ),
    roles: optional(codes('Roles')),
    professions: optional(codes('Professions')),
    networks: optional(references('network', 'Networks', { minItems: 1 })),
    hours: optional(hours('Hours')),
  },
  { title: 'Limits', default: {} },
);

export const apiSchema = record({
  id: id(),
  audience: text({
    title: 'Audience',
    pattern: '^[A-Za-z][A-Za-z0-9+.-]*:[^\\s#]+$',
    maxLength: 500,
    allowed: 'an absolute URI, or owner:api such as nhn:kjernejournal',
  }),
  name: localizedName('Name'),
  scopes: scopes('Scopes', { default: [] }),
  owner: optional(
    record(
      {
        organisation: optional(reference('organisation', 'Organisation')),
        contact: text({ title: 'Contact', maxLength: 300 }),
      },
      { title: 'Owner' },
    ),
  ),
  claims: list(text({ maxLength: 200 }), { title: 'Claims in its tokens', uniqueItems: true, default: [] }),
  minimumAssurance: optional(assurance('Minimum assurance')),
  accessTokenSeconds: optional(seconds('Access tokens live', 3600)),
  accessTokenAlgorithm: optional(oneOf(ticketAlgorithms, { title: 'Its tokens are signed with' })),
  accessTokenType: optional(oneOf(['JWT'], { title: 'Header typ of its tokens' })),
  requireBoundTokens: optional(flag({ title: 'Tokens must be bound to a key (DPoP)' })),
  machines: optional(flag({ title: 'Machines get tokens' })),
  limits: limitsSchema,
  contextTypes: optional(
    list(text({ pattern: '^[a-z][a-z0-9_:.-]{0,99}$', allowed: 'a type of details such as nhn:sfm:journal-id' }), {
      title: 'Context that its tokens carry',
      uniqueItems: true,
    }),
  ),
  patientIdentifiers: optional(flag({ title: 'Its tokens may name the patient' })),
  requiresTerms: optional(flag({ title: 'Only for organisations that accepted its terms' })),
});

type Fits<Read extends Told, Told> = Read;
export type ApiSchemaFits = Fits<Static<typeof apiSchema>, Api>;
