// Requests made of the API's own description and bent: whatever comes, the answer is no failure of ours, and a refusal is a problem (RFC 9457). And A7 by operations at random.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { catalogueSections } from '../../src/core/catalogue/index.ts';
import { sampleItems } from '../../src/core/catalogue/sample-items.ts';
import { adminKinds, openApiDocument } from '../../src/edge/web/admin-api/index.ts';
import type { AdminAnswer } from './admin-world.ts';
import { adminWorld } from './admin-world.ts';
import { onEachServer } from './servers.ts';

type Schema = {
  readonly [name: string]: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
};

const hostile: readonly unknown[] = [
  ...[
    '',
    ' ',
    '\u0000',
    '\ud800',
    '../../etc/passwd',
    "'; DROP TABLE hub.person; --",
    '%00',
    '(kept)',
    '💥'.repeat(50),
  ],
  ...['x'.repeat(5000), '<script>', '{"a":1}', '\u202e', 'constructor', 'hub'],
  ...[null, true, -1, 1e308, 0.1, [], {}, [[]], { file: '/etc/passwd' }, { hidden: true }, { id: {} }],
];

/** Values that fit a schema, sometimes not. */
function valuesOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom(...hostile);
  if (depth > 5) return odd;
  return fc.oneof({ weight: 12, arbitrary: fitting(schema, depth) }, { weight: 1, arbitrary: odd });
}

function fitting(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => fitting(one, depth + 1)));
  if ('const' in schema) return fc.constant(schema['const']);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema['type']) {
    case 'string':
      return fc.oneof(
        fc.constantFrom(
          'hospital',
          'ward',
          'here',
          'anna',
          'plain',
          'main',
          'hsa-id',
          'https://x.example/a',
          '2027-01-01',
          'nurse',
        ),
        fc.string({ maxLength: 20, unit: 'binary' }),
      );
    case 'integer':
      return fc.integer({ min: -1, max: 100_000 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, depth + 1), { maxLength: 3 });
    case 'object': {
      if (schema.patternProperties)
        return fc.dictionary(
          fc.constantFrom('a', 'en', 'administrator', '__proto__', '1'),
          valuesOf(Object.values(schema.patternProperties)[0] ?? {}, depth + 1),
          { maxKeys: 3 },
        );
      const members = Object.entries(schema.properties ?? {}).map(
        ([name, one]) => [name, valuesOf(one, depth + 1)] as const,
      );
      return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: [...(schema.required ?? [])],
      });
    }
    default:
      return fc.constantFrom(...hostile);
  }
}

const schemas = (openApiDocument() as { components: { schemas: Readonly<Record<string, Schema>> } }).components.schemas;
const schemaOf = (section: string): Schema => schemas[`${section[0]?.toUpperCase()}${section.slice(1)}`] ?? {};

const id = fc.oneof(
  fc.constantFrom('here', 'hospital', 'ward', 'hub', 'main', 'new', 'other', 'beside'),
  fc.constantFrom('%00', '%ff', '..', 'a%2Fb', '%F0%9F%92%A5', 'x'.repeat(200), "'", '(kept)'),
);
const query = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  fc.constantFrom(
    '?dryRun=true',
    '?dryRun=x',
    '?limit=-1',
    '?cursor=AAAA',
    '?cursor=%00',
    '?q=%00',
    '?q=%25_%5C',
    '?q=%ff',
    '?%',
    '?limit=5&q=a',
    `?cursor=${Buffer.from('1 here').toString('base64url')}`,
  ),
);
const headerText = fc.oneof(
  fc.constantFrom('*', '"x"', 'W/"x"', '', '"', 'x', '"a","b"', '\u00ff'.repeat(300)),
  fc.string({ maxLength: 10 }),
);
const headers = fc.record(
  {
    'if-match': fc.oneof(headerText, fc.array(headerText, { maxLength: 3 })),
    'if-none-match': headerText,
    'idempotency-key': headerText,
    'content-type': fc.constantFrom('text/plain', 'application/json', 'application/json; charset=latin1', ''),
  },
  { requiredKeys: [] },
);

const sectionOf = new Map(Object.entries(catalogueSections).map(([section, kind]) => [kind as string, section]));
/** Documents that are right, by section. */
const right = new Map<string, Record<string, unknown>>([
  ...sampleItems().map(({ kind, doc }) => [sectionOf.get(kind) ?? '', doc as Record<string, unknown>] as const),
  ['organisations', { id: 'new', name: 'New', parent: 'hospital' }],
  ['units', { id: 'new', name: 'New', organisation: 'hospital' }],
  [
    'people',
    { id: 'new', givenName: 'N', familyName: 'N', assignments: [{ id: 'n', organisation: 'hospital', role: 'nurse' }] },
  ],
]);

/** A right document with one member bent, or none. */
function bent(section: string): fc.Arbitrary<unknown> {
  const { id: _, ...whole } = right.get(section) ?? {};
  const names = Object.keys(whole);
  if (names.length === 0) return fc.constant({});
  return fc
    .tuple(fc.constantFrom('', ...names), fc.constantFrom(...hostile))
    .map(([name, value]) => (name === '' ? whole : { ...whole, [name]: value }));
}

/** A document as the one item of POST /apply; what is none is sent as it is. */
const wrapped = (section: string, body: unknown): unknown =>
  typeof body === 'object' && !Buffer.isBuffer(body)
    ? { items: [{ kind: section, id: 'here', document: body }] }
    : body;

const problemCodes = /^[a-z][A-Za-z.]+$/;
function isSound(answer: AdminAnswer, what: unknown): void {
  assert.ok(answer.status < 500, `${JSON.stringify(what)} -> ${answer.status} ${JSON.stringify(answer.body)}`);
  if (answer.status < 400) return;
  assert.equal(answer.headers['content-type'], 'application/problem+json', JSON.stringify(what));
  assert.match(answer.body.code, problemCodes);
  assert.ok(answer.body.title && answer.body.detail && answer.body.status === answer.status);
}

onEachServer('hostile requests of the admin API', (database) => {
  let world: Awaited<ReturnType<typeof adminWorld>>;
  test('a world', async () => {
    world = await adminWorld(database);
    const items = sampleItems().map(({ kind, id: which, doc }) => ({
      kind: sectionOf.get(kind),
      id: which,
      document: doc,
    }));
    assert.equal((await world.ask('POST', '/apply', { body: { items } })).status, 200);
  });
  /** A path that cannot be decoded never reaches a route: the server refuses it. */
  const decodes = (text: string): boolean => {
    try {
      decodeURIComponent(text);
      return true;
    } catch {
      return false;
    }
  };

  test('whatever is written, whoever writes it, is done or refused with a problem', { timeout: 240_000 }, async () => {
    const one = fc.constantFrom(...adminKinds).chain(({ section }) =>
      fc.record({
        section: fc.constant(section),
        method: fc.constantFrom('GET', 'PUT', 'PUT', 'PUT', 'DELETE', 'LIST', 'APPLY'),
        id,
        query,
        headers: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
        as: fc.constantFrom('root', 'root', 'root', 'keeper', 'hr', 'stranger', 'root/here', '/'),
        body: fc.oneof(
          { weight: 4, arbitrary: valuesOf(schemaOf(section)) },
          { weight: 5, arbitrary: bent(section) },
          {
            weight: 1,
            arbitrary: fc.constantFrom('{', '[]', '"x"', '{"a":1,"a":2}', '['.repeat(5000), Buffer.from([0xff, 0xfe])),
          },
        ),
      }),
    );
    let done = 0;
    await fc.assert(
      fc.asyncProperty(one, async ({ section, method, id: which, query: asked, headers: sent, as, body }) => {
        if (!decodes(which)) return;
        const targets: Record<string, string> = { APPLY: `/apply${asked}`, LIST: `/${section}${asked}` };
        const target = targets[method] ?? `/${section}/${which}${asked}`;
        const sentBody = method === 'APPLY' ? wrapped(section, body) : body;
        const verbs: Record<string, string> = { APPLY: 'POST', LIST: 'GET' };
        const verb = verbs[method] ?? method;
        const conditioned = method === 'PUT' && Object.keys(sent).length < 2 ? { 'if-none-match': '*', ...sent } : sent;
        const withBody = verb === 'PUT' || verb === 'POST' ? { body: sentBody } : {};
        const answer = await world.ask(verb, target, { as, headers: conditioned as never, ...withBody });
        if (answer.status < 300) done += 1;
        isSound(answer, { verb, target, sent, as, body: sentBody });
      }),
      { numRuns: 700 },
    );
    assert.ok(done > 5, `${done} were done`);
  });

  test('documents that fit are read as they were written', async () => {
    const document = fc.record({
      givenName: fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
      familyName: fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
      attributes: fc.dictionary(fc.constantFrom('a', 'b', 'profession'), fc.oneof(fc.boolean(), fc.constant('x')), {
        maxKeys: 2,
      }),
    });
    let at = 0;
    await fc.assert(
      fc.asyncProperty(document, async (given) => {
        at += 1;
        const answer = await world.put(`/people/fits-${at}`, given);
        assert.equal(answer.status, 201, JSON.stringify(answer.body));
        const seen = (await world.get(`/people/fits-${at}`)).body;
        assert.deepEqual(
          [seen.givenName, seen.familyName, { ...seen.attributes }],
          [given.givenName, given.familyName, { ...given.attributes }],
        );
      }),
      { numRuns: 40 },
    );
  });
});

onEachServer('operations at random by an organisation’s program (A7)', (database) => {
  test('what lies outside is the same afterwards, and was in no answer', { timeout: 240_000 }, async () => {
    const world = await adminWorld(database, {
      people: [
        {
          id: 'here',
          givenName: 'H',
          familyName: 'F',
          assignments: [{ id: 'here-a', organisation: 'hospital', role: 'nurse' }],
        },
        {
          id: 'below',
          givenName: 'B',
          familyName: 'F',
          assignments: [{ id: 'below-a', organisation: 'clinic', role: 'nurse' }],
        },
        {
          id: 'both',
          givenName: 'O',
          familyName: 'F',
          username: 'both',
          attributes: { profession: 'doctor-SECRET' },
          identities: [{ namespace: 'hsa-id', value: 'SE2321000156-SECRET1' }],
          assignments: [
            { id: 'both-a', organisation: 'hospital', role: 'nurse' },
            { id: 'SECRET-b', organisation: 'other', role: 'SECRET-role' },
          ],
        },
        {
          id: 'outsider',
          givenName: 'SECRET',
          familyName: 'SECRET',
          identities: [{ namespace: 'hsa-id', value: 'SE2321000156-SECRET2' }],
          assignments: [{ id: 'SECRET-c', organisation: 'other', role: 'SECRET' }],
        },
        {
          id: 'boss',
          givenName: 'SECRET',
          familyName: 'SECRET',
          attributes: { administrator: true },
          assignments: [{ id: 'SECRET-d', organisation: 'region', role: 'SECRET' }],
        },
      ],
    });
    const outside = async (): Promise<string> => {
      const { rows } = await database.pool.query(`
        SELECT (SELECT json_agg(o ORDER BY o.id) FROM hub.organisation o) AS organisations,
          (SELECT json_agg(u ORDER BY u.id) FROM hub.unit u WHERE u.organisation NOT IN ('hospital', 'clinic')) AS units,
          (SELECT json_agg(a ORDER BY a.id) FROM hub.assignment a WHERE a.organisation NOT IN ('hospital', 'clinic')) AS assignments,
          (SELECT json_agg(p ORDER BY p.id) FROM hub.person p WHERE p.id IN ('both', 'outsider', 'boss')) AS people,
          (SELECT json_agg(l ORDER BY l.id) FROM hub.link l WHERE l.person IN ('both', 'outsider', 'boss')) AS links,
          (SELECT json_agg(w ORDER BY w.person) FROM hub.password w WHERE w.person IN ('both', 'outsider', 'boss')) AS passwords,
          (SELECT json_agg(p.id ORDER BY p.id) FROM hub.person p WHERE p.attributes ? 'administrator') AS administrators,
          (SELECT count(*) FROM hub.catalogue_item) AS items, (SELECT count(*) FROM hub.administration) AS grants`);
      return JSON.stringify(rows[0]);
    };
    const before = await outside();
    const people = ['here', 'below', 'both', 'outsider', 'boss', 'new-1', 'new-2'];
    const place = fc.constantFrom('hospital', 'clinic', 'hospital', 'other', 'region');
    const person = fc.record(
      {
        givenName: fc.constantFrom('H', 'B', 'O', 'Evil'),
        familyName: fc.constant('F'),
        closed: fc.boolean(),
        attributes: fc.constantFrom({}, {}, { administrator: true }, { profession: 'doctor' }),
        identities: fc.array(
          fc.constantFrom(
            { namespace: 'hsa-id', value: 'SE2321000156-SECRET2' },
            { namespace: 'hsa-id', hidden: true },
            { namespace: 'oidc:x', value: 'evil' },
          ),
          { maxLength: 2 },
        ),
        assignments: fc.array(
          fc.record({
            id: fc.constantFrom('here-a', 'below-a', 'both-a', 'SECRET-b', 'SECRET-c', 'n1', 'n2'),
            organisation: place,
            role: fc.constant('nurse'),
          }),
          { maxLength: 3 },
        ),
        username: fc.constantFrom('both', 'evil', 'n1'),
      },
      { requiredKeys: ['givenName', 'familyName', 'assignments'] },
    );
    const operation = fc.record({
      verb: fc.constantFrom('PUT', 'PUT', 'PUT', 'DELETE', 'GET', 'APPLY', 'UNIT', 'LIST'),
      id: fc.constantFrom(...people),
      document: person,
      organisation: place,
      merge: fc.boolean(),
    });
    let done = 0;
    await fc.assert(
      fc.asyncProperty(operation, async ({ verb, id: which, document, organisation, merge }) => {
        const target =
          verb === 'UNIT'
            ? `/units/u-${organisation}`
            : verb === 'LIST'
              ? `/people?organisation=${organisation}`
              : `/people/${which}`;
        const seen = await world.get(target.split('?')[0] ?? '', 'hr');
        const headers = seen.status === 200 && verb !== 'LIST' ? { 'if-match': '*' } : { 'if-none-match': '*' };
        const body = merge && seen.status === 200 ? { ...seen.body, assignments: document.assignments } : document;
        const answer = await {
          PUT: () => world.ask('PUT', target, { as: 'hr', headers, body }),
          DELETE: () => world.ask('DELETE', target, { as: 'hr', headers: { 'if-match': '*' } }),
          GET: async () => seen,
          LIST: () => world.get(target, 'hr'),
          APPLY: () =>
            world.ask('POST', '/apply', {
              as: 'hr',
              body: {
                items: [
                  { kind: 'people', id: which, document: body },
                  { kind: 'units', id: 'other-ward', remove: true },
                ].slice(0, merge ? 1 : 2),
              },
            }),
          UNIT: () => world.ask('PUT', target, { as: 'hr', headers, body: { organisation, name: 'U' } }),
        }[verb]();
        isSound(answer, { verb, which, document });
        if (answer.status < 300 && verb !== 'GET' && verb !== 'LIST') done += 1;
        // What they sent themselves may come back in words about it.
        const told = JSON.stringify(answer.body ?? '').replaceAll(/SE2321000156-SECRET2|SECRET-[bc]/g, '');
        assert.doesNotMatch(told, /SECRET/, `${verb} ${which}`);
        assert.equal(await outside(), before, `${verb} ${which} ${JSON.stringify(body)}`);
      }),
      { numRuns: 400 },
    );
    assert.ok(done > 20, `${done} were done`);
  });
});
