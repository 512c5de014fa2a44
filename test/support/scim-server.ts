// A SCIM 2.0 service over HTTP whose schemas, filters, patches and messages are SCIMMY's, an implementation that is not ours.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import SCIMMY from 'scimmy';

export type ScimDoc = Record<string, unknown> & { id: string };

export interface ScimServerOptions {
  /** `false`: it only replaces. */
  readonly patch?: boolean;
  /** `true`: a user's resource names the groups. */
  readonly userGroups?: boolean;
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface ScimServer {
  readonly url: string;
  readonly token: string;
  readonly users: Map<string, ScimDoc>;
  readonly groups: Map<string, ScimDoc>;
  /** Each request, as `GET /Users`. */
  readonly asked: string[];
  readonly addGroup: (displayName: string) => string;
  /** Answers before the service does; undefined lets it answer. */
  before: ((method: string, path: string) => Raw | undefined | Promise<Raw | undefined>) | undefined;
  readonly close: () => Promise<void>;
}

export interface Raw {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Store extends Pick<ScimServer, 'users' | 'groups'> {
  readonly options: ScimServerOptions;
}

const { Error: ScimError } = SCIMMY.Types;
const ownSchema = 'urn:ietf:params:scim:schemas:extension:example:2.0:User';

const text = (value: unknown): string => String(value ?? '').toLowerCase();

function saved(kind: Map<string, ScimDoc>, id: string | undefined, data: object): ScimDoc {
  const before = id === undefined ? undefined : kind.get(id);
  if (id !== undefined && before === undefined) throw new ScimError(404, '', 'gone');
  const version = Number((before?.['meta'] as { version?: string } | undefined)?.version?.match(/\d+/)?.[0] ?? 0) + 1;
  const now = new Date().toISOString();
  const doc = { ...JSON.parse(JSON.stringify(data)), id: id ?? randomUUID() } as ScimDoc;
  doc['meta'] = { created: now, lastModified: now, version: `W/"${version}"` };
  kind.set(doc.id, doc);
  return doc;
}

function withGroups(user: ScimDoc, { groups, options }: Store): ScimDoc {
  if (options.userGroups !== true) return user;
  const isIn = ({ members = [] }: { members?: readonly { value: string }[] }) =>
    members.some(({ value }) => value === user.id);
  const of = [...groups.values()].filter((group) => isIn(group as never));
  return { ...user, groups: of.map(({ id, ...group }) => ({ value: id, display: group['displayName'] })) };
}

/** What a request is about, and what SCIMMY hands on: its own types are of classes that it makes as it goes. */
interface Wanted {
  readonly id?: string;
  readonly filter?: { match(all: readonly ScimDoc[]): ScimDoc[] };
}
interface Kind {
  ingress(handler: (resource: Wanted, data: ScimDoc, store: Store) => ScimDoc): void;
  egress(handler: (resource: Wanted, store: Store) => ScimDoc | ScimDoc[]): void;
  degress(handler: (resource: Wanted, store: Store) => void): void;
}

/** SCIMMY keeps its handlers for the whole process, and hands the store of a request on. */
let declared = false;
function declare(): void {
  if (declared) return;
  declared = true;
  const find = (kind: Map<string, ScimDoc>, { id, filter }: Wanted): ScimDoc | ScimDoc[] => {
    if (id !== undefined) {
      const one = kind.get(id);
      if (one === undefined) throw new ScimError(404, '', 'gone');
      return one;
    }
    const all = [...kind.values()];
    return filter === undefined ? all : filter.match(all);
  };
  const extension = new SCIMMY.Types.SchemaDefinition('Example', ownSchema, 'Ours', [
    new SCIMMY.Types.Attribute('dateTime', 'until'),
  ]);
  SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser);
  SCIMMY.Resources.User.extend(extension as never);
  const users: Kind = SCIMMY.Resources.declare(SCIMMY.Resources.User) as never;
  users.ingress(({ id }, data, store) => {
    for (const other of store.users.values())
      if (other.id !== id && text(other['userName']) === text(data['userName']))
        throw new ScimError(409, 'uniqueness', `${String(other['userName'])} is taken`);
    return saved(store.users, id, data);
  });
  users.egress((resource, store) => {
    const found = find(store.users, resource);
    return Array.isArray(found) ? found.map((one) => withGroups(one, store)) : withGroups(found, store);
  });
  users.degress(({ id }, store) => {
    if (!store.users.delete(id ?? '')) throw new ScimError(404, '', 'gone');
  });
  const groups: Kind = SCIMMY.Resources.declare(SCIMMY.Resources.Group) as never;
  groups.ingress(({ id }, data, store) => saved(store.groups, id, data));
  groups.egress((resource, store) => find(store.groups, resource));
}

async function answer(store: Store, request: IncomingMessage, body: string): Promise<Raw> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, , , kind = '', last] = url.pathname.split('/');
  const id = last === undefined ? undefined : decodeURIComponent(last);
  if (kind === 'ServiceProviderConfig') {
    const supported = store.options.patch !== false;
    const config = { patch: { supported }, filter: { supported: true, maxResults: 200 }, etag: { supported: true } };
    return { status: 200, body: JSON.stringify(config) };
  }
  if (kind === 'Schemas') {
    const found = await new SCIMMY.Resources.Schema(id ?? '').read();
    return { status: 200, body: JSON.stringify(found) };
  }
  const Kind = kind === 'Users' ? SCIMMY.Resources.User : kind === 'Groups' ? SCIMMY.Resources.Group : undefined;
  if (Kind === undefined) return { status: 404 };
  const query = Object.fromEntries(url.searchParams) as Record<string, string | number>;
  for (const name of ['startIndex', 'count']) if (name in query) query[name] = Number(query[name]);
  const resource = id === undefined ? new Kind(query as never) : new Kind(id, query as never);
  const known = (kind === 'Users' ? store.users : store.groups).get(id ?? '') as
    | { meta?: { version?: string } }
    | undefined;
  const wanted = request.headers['if-match'];
  if (wanted !== undefined && known !== undefined && wanted !== known.meta?.version) return { status: 412 };
  const said = (status: number, found: unknown): Raw =>
    found === undefined ? { status: 204 } : { status, body: JSON.stringify(found) };
  switch (request.method) {
    case 'GET':
      return said(200, await resource.read(store as never));
    case 'POST':
      return said(201, await resource.write(JSON.parse(body), store as never));
    case 'PUT':
      return said(200, await resource.write(JSON.parse(body), store as never));
    case 'PATCH':
      if (store.options.patch === false) return { status: 501 };
      return said(200, await resource.patch(JSON.parse(body), store as never));
    default:
      await resource.dispose(store as never);
      return { status: 204 };
  }
}

const refusal = (error: unknown): Raw => {
  const { status = 500, scimType } = error as { status?: number; scimType?: string };
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  return { status, body: JSON.stringify({ schemas, status: String(status), scimType, detail: String(error) }) };
};

/** A service with nobody in it. */
export async function startScimServer(options: ScimServerOptions = {}): Promise<ScimServer> {
  declare();
  const store: Store = { users: new Map(), groups: new Map(), options };
  const asked: string[] = [];
  const token = `token-${randomUUID()}`;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const path = (request.url ?? '').replace(/^\/scim\/v2/, '');
    asked.push(`${request.method} ${path.replace(/\?.*/, '')}`);
    const raw =
      request.headers.authorization === `Bearer ${token}`
        ? ((await server.before?.(request.method ?? '', path)) ??
          (await answer(store, request, Buffer.concat(parts).toString('utf8')).catch(refusal)))
        : { status: 401 };
    response.writeHead(raw.status, { 'content-type': 'application/scim+json', ...raw.headers }).end(raw.body);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void handle(request, response).catch(() => response.destroy());
  const http: Server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const scheme = options.tls ? 'https://localhost' : 'http://127.0.0.1';
  const server: ScimServer = {
    url: `${scheme}:${(http.address() as AddressInfo).port}/scim/v2`,
    token,
    users: store.users,
    groups: store.groups,
    asked,
    addGroup: (displayName) => saved(store.groups, undefined, { displayName, members: [] }).id,
    before: undefined,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}
