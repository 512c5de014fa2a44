// The admin API on a real database, without tickets: a request says who it is from, as the hub's guard would have found.
import assert from 'node:assert/strict';
import { adminDesk } from '../../src/apps/hub/admin-api/index.ts';
import type { HttpRequest } from '../../src/base/http/index.ts';
import { newId } from '../../src/base/ids.ts';
import type { AuditRecord } from '../../src/core/audit/index.ts';
import { type CatalogueSnapshot, compileCatalogue } from '../../src/core/catalogue/index.ts';
import type { AdministrationRole } from '../../src/core/directory/index.ts';
import type { Session } from '../../src/core/sessions/index.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { readItems } from '../../src/edge/store/hub/catalogue.ts';
import { adminApiBase, adminApiRoutes } from '../../src/edge/web/admin-api/index.ts';
import { applyWorld, hashing, keyring } from './apply-world.ts';
import type { ContractDatabase } from './servers.ts';

export interface AdminAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is what the tests look at.
  readonly body: any;
}

export interface AdminAsk {
  readonly as?: string;
  readonly headers?: HttpRequest['headers'];
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

const day = 86_400_000;

/** A tree: region > hospital > clinic, and another region beside it; people in each, and programs that administer. */
export const tree = {
  organisations: [
    { id: 'region', name: 'Region', number: '232100001' },
    { id: 'hospital', name: 'Hospital', parent: 'region' },
    { id: 'clinic', name: 'Clinic', parent: 'hospital' },
    { id: 'other', name: 'Other' },
  ],
  units: [
    { id: 'ward', organisation: 'hospital', name: 'Ward' },
    { id: 'other-ward', organisation: 'other', name: 'Secret ward' },
  ],
  people: [
    ['here', ['hospital']],
    ['below', ['clinic']],
    ['above', ['region']],
    ['beside', ['other']],
    ['both', ['hospital', 'other']],
  ].map(([id, places]) => ({
    id,
    givenName: `Given ${id}`,
    familyName: 'Family',
    identities: [{ namespace: 'hsa-id', value: `SE2321000156-${String(id).toUpperCase()}` }],
    assignments: (places as string[]).map((organisation) => ({
      id: `${id}-${organisation}`,
      organisation,
      role: 'nurse',
    })),
  })),
};

export async function adminWorld(database: ContractDatabase, more: object = {}) {
  const world = applyWorld(database);
  await world.applied(world.write({ ...tree, ...more }));
  const told: AuditRecord[] = [];
  const live: Session[] = [];
  const ended: string[] = [];
  let snapshot: CatalogueSnapshot;
  const renew = async (): Promise<void> => {
    const compiled = compileCatalogue(0, await readItems(database.pool));
    assert.ok(compiled.ok, JSON.stringify(compiled));
    const { clients } = compiled.snapshot;
    const program = (id: string) => [id, { ...clients.values().next().value, id, closed: false }] as never;
    snapshot = {
      ...compiled.snapshot,
      clients: new Map([...clients, program('root'), program('keeper'), program('hr')]),
    };
  };
  await renew();
  const grant = async (
    holder: { readonly client: string } | { readonly person: string },
    role: AdministrationRole,
    organisation?: string,
  ): Promise<void> => {
    const now = Date.now();
    const scope =
      organisation === undefined ? ({ kind: 'hub' } as const) : ({ kind: 'organisation', organisation } as const);
    const times = { from: now - 1, until: now + day };
    await saveGrant(
      database.pool,
      { id: newId(now), ...holder, role, scope, ...times, grantedBy: 'test', reason: 'test' },
      now,
    );
  };
  await grant({ client: 'root' }, 'hub-administrator');
  await grant({ client: 'keeper' }, 'directory-administrator');
  await grant({ client: 'hr' }, 'directory-administrator', 'hospital');
  const desk = adminDesk({
    ...{ pool: database.pool, keyring, hashing, clock: Date.now },
    catalogue: () => snapshot,
    commit: async ({ ifWon }) => {
      told.push(...ifWon);
      return { won: true };
    },
    sessions: {
      ofPerson: async (person) => live.filter((one) => one.person === person),
      reached: async () => [],
      end: async (id) => void ended.push(id),
    },
    onOutbox: () => undefined,
  });
  const routes = adminApiRoutes({
    guard: async (request) => {
      const [client = '', person] = String(request.headers['x-as']).split('/');
      return { ok: true, headers: {}, caller: { client, person, scopes: [], reference: 'R' } };
    },
    desk,
  });

  /** Finds the route as the server would, and asks it. */
  async function ask(
    method: string,
    target: string,
    { as = 'root', headers = {}, body }: AdminAsk = {},
  ): Promise<AdminAnswer> {
    const [path = '', query = ''] = (adminApiBase + target).split('?');
    const segments = path.split('/');
    const found = routes
      .filter((route) => route.method === method)
      .map((route) => ({ route, parts: route.path.split('/') }))
      .filter(({ parts }) => parts.length === segments.length)
      .find(({ parts }) => parts.every((part, at) => part.startsWith(':') || part === segments[at]));
    assert.ok(found, `${method} ${path}`);
    const params = Object.fromEntries(
      found.parts.flatMap((part, at) =>
        part.startsWith(':') ? [[part.slice(1), decodeURIComponent(segments[at] ?? '')]] : [],
      ),
    );
    const bytes =
      body === undefined ? '' : Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await found.route.handle({
      ...{ method, path, query, params, ip: '127.0.0.1' },
      headers: { 'x-as': as, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: Buffer.from(bytes as string),
    });
    const text = String(answer.body ?? '');
    return {
      status: answer.status,
      headers: answer.headers as Record<string, string>,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }
  const get = (target: string, as?: string) => ask('GET', target, as === undefined ? {} : { as });
  /** Writes over what is there, or anew; answers the outcome. */
  const put = async (target: string, document: object, as = 'root', headers: HttpRequest['headers'] = {}) => {
    const seen = await get(target.split('?')[0] ?? '', as);
    const condition = seen.status === 200 ? { 'if-match': seen.headers['etag'] } : { 'if-none-match': '*' };
    return ask('PUT', target, { as, body: document, headers: { ...condition, ...headers } });
  };
  return { ...world, ask, get, put, grant, renew, told, live, ended };
}
