// The description of the admin API (OpenAPI 3.1), made of the same schemas that read its documents.
import { anyJson, keptSecret, type SchemaData, schemaData, type TSchema } from '../../../base/schema/index.ts';
import { adminScopes, idPattern } from '../../../core/catalogue/index.ts';
import { applyRequestSchema } from './apply-request.ts';
import { type AdminKindFacts, adminKinds } from './kinds.ts';
import { adminProblemCodes } from './problem.ts';
import { mostLimit, usualLimit } from './request.ts';

type Json = { readonly [name: string]: unknown };

/** A schema as plain data (JSON Schema 2020-12): our hints become words, and a secret may be named as kept. */
export function plainSchema(schema: TSchema): Json {
  return plain(schemaData(schema));
}

function plain(schema: SchemaData): Json {
  const { allowed, secret, description, control: _control, refersTo, ...rest } = schema;
  const words = [
    description,
    allowed === undefined ? undefined : `Allowed: ${allowed}.`,
    refersTo && `Id of a ${refersTo}.`,
  ];
  const told = words.filter((one) => one !== undefined).join(' ');
  const own: Record<string, unknown> = { ...rest };
  // What has a default may be left out: it is filled in.
  if (rest.required) own['required'] = rest.required.filter((name) => rest.properties?.[name]?.default === undefined);
  if (rest.properties)
    own['properties'] = Object.fromEntries(Object.entries(rest.properties).map(([name, one]) => [name, plain(one)]));
  if (rest.patternProperties)
    own['patternProperties'] = Object.fromEntries(
      Object.entries(rest.patternProperties).map(([name, one]) => [name, plain(one)]),
    );
  if (rest.items) own['items'] = plain(rest.items);
  if (rest.anyOf) own['anyOf'] = rest.anyOf.map(plain);
  const full = { ...own, ...(told === '' ? {} : { description: told }) };
  return secret === true ? { anyOf: [full, { const: keptSecret }] } : full;
}

const nameOf = (section: string): string => `${section[0]?.toUpperCase()}${section.slice(1)}`;
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const body = (schema: Json): Json => ({ required: true, content: { 'application/json': { schema } } });
const answer = (description: string, schema: Json, headers?: Json): Json => ({
  description,
  ...(headers === undefined ? {} : { headers }),
  content: { 'application/json': { schema } },
});
const problem: Json = { $ref: '#/components/responses/Problem' };
const parameter = (name: string): Json => ({ $ref: `#/components/parameters/${name}` });
const etag: Json = { ETag: { description: 'Its version', schema: { type: 'string' } } };
const secured = (scope: string): Json => ({ security: [{ hub: [scope] }] });

function kindPaths({ section, filters, hubOnly }: AdminKindFacts): Json {
  const name = nameOf(section);
  const note = hubOnly
    ? 'For administrators of the hub.'
    : 'Whoever administers an organisation sees and writes what is its own.';
  const operation = (id: string, summary: string, scope: string): Json => ({
    operationId: `${id}${name}`,
    summary,
    description: note,
    tags: [section],
    ...secured(scope),
  });
  const written = {
    '200': answer('Changed, or what would be changed', ref('Written'), etag),
    '202': answer('Held until two people have approved it', ref('Held')),
    default: problem,
  };
  return {
    [`/${section}`]: {
      get: {
        ...operation('list', `A page of ${section}`, adminScopes.read),
        parameters: ['limit', 'cursor', 'q', ...filters].map(parameter),
        responses: {
          '200': answer('A page', {
            type: 'object',
            required: ['items'],
            properties: {
              items: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['id', 'etag', 'document'],
                  properties: { id: { type: 'string' }, etag: { type: 'string' }, document: ref(name) },
                },
              },
              next: { type: 'string', description: 'Cursor of the next page; absent: this is the last' },
            },
          }),
          default: problem,
        },
      },
    },
    [`/${section}/{id}`]: {
      parameters: [parameter('id')],
      get: {
        ...operation('get', `One of ${section}`, adminScopes.read),
        responses: { '200': answer('As it is', ref(name), etag), default: problem },
      },
      put: {
        ...operation('put', `Make one of ${section} as the document says`, adminScopes.write),
        parameters: ['ifMatch', 'ifNoneMatch', 'dryRun', 'idempotencyKey'].map(parameter),
        requestBody: body(ref(name)),
        responses: { '201': answer('Made', ref('Written'), etag), ...written },
      },
      delete: {
        ...operation('delete', section === 'people' ? 'Close a person' : `Remove one of ${section}`, adminScopes.write),
        parameters: ['ifMatch', 'dryRun', 'idempotencyKey'].map(parameter),
        responses: written,
      },
    },
  };
}

const header = (name: string, description: string, schema: Json = { type: 'string' }): Json => ({
  name,
  in: 'header',
  description,
  schema,
});
const query = (name: string, description: string, schema: Json): Json => ({ name, in: 'query', description, schema });

const parameters: Json = {
  id: { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: idPattern } },
  session: { name: 'session', in: 'path', required: true, schema: { type: 'string' } },
  limit: query('limit', 'How many at most', { type: 'integer', minimum: 1, maximum: mostLimit, default: usualLimit }),
  cursor: query('cursor', '`next` of the page before', { type: 'string' }),
  q: query('q', 'In an id or a name; people with protected identity are found by their id alone', {
    type: 'string',
    minLength: 1,
    maxLength: 100,
  }),
  organisation: query('organisation', 'Of this organisation', { type: 'string', pattern: idPattern }),
  state: query('state', 'Open or closed', { type: 'string', enum: ['open', 'closed'] }),
  dryRun: query('dryRun', 'Say what would change, and change nothing', { type: 'boolean', default: false }),
  ifMatch: header('If-Match', 'The ETag that it must have'),
  ifNoneMatch: header('If-None-Match', '`*`: it must not be there', { const: '*' }),
  idempotencyKey: header(
    'Idempotency-Key',
    'The same request with the same key is done once; its answer is kept for 24 hours',
    { type: 'string', minLength: 1, maxLength: 257 },
  ),
};

const texts = (...names: readonly string[]): Json =>
  Object.fromEntries(names.map((name) => [name, { type: 'string' }]));

const change: Json = {
  type: 'object',
  required: ['action', 'kind', 'id', 'members'],
  properties: {
    action: { type: 'string', enum: ['create', 'change', 'remove', 'close'] },
    ...texts('kind', 'id'),
    members: { type: 'array', items: { type: 'object', required: ['path'], properties: texts('path', 'from', 'to') } },
  },
};
const changes: Json = { changes: { type: 'array', items: ref('Change') }, total: { type: 'integer' } };

/** The whole description. */
export function openApiDocument(): Json {
  const items = (schema: Json): Json => ({
    type: 'object',
    required: ['items'],
    properties: { items: { type: 'array', items: schema } },
  });
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tillit admin API',
      version: '1.0.0',
      description:
        'People, organisations and everything that is configured. Tokens are the hub’s own: audience tillit:admin, bound to a key (DPoP). What somebody may see and write is said by their grants of administration; what is outside answers as what does not exist.',
      license: { name: 'See the repository', url: 'https://spdx.org/licenses/' },
    },
    servers: [{ url: '/api/admin/v1' }],
    paths: {
      ...Object.assign({}, ...adminKinds.map(kindPaths)),
      '/apply': {
        post: {
          operationId: 'apply',
          summary: 'Several items in one transaction: all of them, or none',
          tags: ['apply'],
          ...secured(adminScopes.write),
          parameters: ['dryRun', 'idempotencyKey'].map(parameter),
          requestBody: body(ref('ApplyRequest')),
          responses: {
            '200': answer('Changed, or what would be changed', ref('Written')),
            '202': answer('Held until two people have approved it', ref('Held')),
            default: problem,
          },
        },
      },
      '/people/{id}/sessions': {
        parameters: [parameter('id')],
        get: {
          operationId: 'listSessions',
          summary: 'Where a person is logged in',
          tags: ['people'],
          ...secured(adminScopes.read),
          responses: { '200': answer('Live sessions', items(ref('Session'))), default: problem },
        },
      },
      '/people/{id}/sessions/{session}': {
        parameters: [parameter('id'), parameter('session')],
        delete: {
          operationId: 'endSession',
          summary: 'End a session, and tell the applications that it reached',
          tags: ['people'],
          ...secured(adminScopes.write),
          responses: { '200': answer('Ended', { type: 'object', properties: texts('ended') }), default: problem },
        },
      },
      '/keys': {
        get: {
          operationId: 'listKeys',
          summary: 'Public sides of the keys that sign tickets, those to come and those that retired too',
          tags: ['keys'],
          ...secured(adminScopes.read),
          responses: { '200': answer('Keys', items(ref('Key'))), default: problem },
        },
      },
    },
    components: {
      securitySchemes: {
        hub: {
          type: 'http',
          scheme: 'DPoP',
          description:
            'An access token of the hub, bound to a key (RFC 9449). Scopes: tillit:admin.read, tillit:admin.write.',
        },
      },
      parameters,
      responses: {
        Problem: {
          description: 'Why not (RFC 9457)',
          content: { 'application/problem+json': { schema: ref('Problem') } },
        },
      },
      schemas: {
        ...Object.fromEntries(adminKinds.map(({ section, schema }) => [nameOf(section), plainSchema(schema)])),
        ApplyRequest: plainSchema(applyRequestSchema),
        Any: plainSchema(anyJson()),
        Change: change,
        Written: {
          type: 'object',
          required: ['changes', 'total'],
          properties: {
            ...changes,
            revision: { type: 'integer', description: 'Of the catalogue' },
            document: ref('Any'),
            items: { type: 'array', items: ref('Any') },
            passwords: {
              type: 'array',
              description: 'Made now, and shown this once',
              items: { type: 'object', properties: texts('username', 'password') },
            },
            dryRun: { type: 'boolean' },
            waits: { type: 'object', properties: { people: { type: 'integer' } } },
          },
        },
        Held: {
          type: 'object',
          required: ['changes', 'total', 'held'],
          properties: {
            ...changes,
            held: {
              type: 'object',
              properties: {
                ...texts('id'),
                people: { type: 'integer' },
                expiresAt: { type: 'string', format: 'date-time' },
              },
            },
          },
        },
        Session: {
          type: 'object',
          required: ['id'],
          properties: {
            ...texts('id', 'startedAt', 'seenAt', 'until', 'device', 'agent', 'assignment'),
            applications: { type: 'array', items: { type: 'string' } },
          },
        },
        Key: {
          type: 'object',
          required: ['kid'],
          properties: { ...texts('kid', 'issuer', 'signs', 'publishAt', 'activateAt', 'retireAt'), jwk: ref('Any') },
        },
        Problem: {
          type: 'object',
          required: ['title', 'status', 'code'],
          properties: {
            ...texts('type', 'title', 'detail', 'instance', 'reference', 'error'),
            status: { type: 'integer' },
            code: { type: 'string', description: `Among others ${adminProblemCodes.join(', ')}` },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                required: ['pointer', 'detail'],
                properties: {
                  item: { type: 'integer' },
                  pointer: { type: 'string', description: 'Into the document (RFC 6901)' },
                  detail: { type: 'string' },
                },
              },
            },
          },
        },
      },
    },
  };
}
