// An OpenID provider in memory: real frontend, real policy and release rules, a fake dispatcher that lets Anna in.

import { type HttpRequest, type HttpResponse, problemStatus } from '../../src/base/http/index.ts';
import { systemRandom } from '../../src/base/ids.ts';
import {
  type AlgorithmName,
  generateSigningKey,
  type PublishedJwk,
  publishedJwk,
  type SigningKey,
} from '../../src/base/jose/index.ts';
import { Problem } from '../../src/base/problem.ts';
import { issueNonce, keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Api, CatalogueSnapshot, OidcApplication, PolicyRule } from '../../src/core/catalogue/index.ts';
import { type HeldFacts, release } from '../../src/core/issuing/index.ts';
import type { LoginOutcome, LoginRequest, Turn } from '../../src/core/journey/index.ts';
import { decide } from '../../src/core/policy/index.ts';
import type { Session } from '../../src/core/sessions/index.ts';
import {
  createOidcFrontend,
  type OidcChecks,
  type OidcFrontend,
  type OidcPorts,
} from '../../src/edge/frontends/oidc/index.ts';
import { MemoryGrants } from './memory-grants.ts';
import { fakeBrowser } from './oidc-browser.ts';
import { routeOf } from './serve-routes.ts';
import { anna, api, application, clientsAlone, hour, morning, policyFacts, proof, snapshot } from './ward.ts';

export const issuerUrl = 'https://hub.example/helse';
export const journalAudience = 'https://journal.example';
export const labAudience = 'https://lab.example';
export const secret = 'correct horse battery staple';

/** One key for each algorithm, made once for all tests. */
const made = new Map<string, SigningKey>();
export function keyOf(name: string, alg: AlgorithmName = 'ES256'): SigningKey {
  const id = `${name} ${alg}`;
  let key = made.get(id);
  if (key === undefined) {
    key = generateSigningKey(alg, { modulusBits: 2048 }).key;
    made.set(id, key);
  }
  return key;
}

const allScopes = ['openid', 'profile', 'assignment', 'journal/read', 'journal/write', 'lab/order'];

const jwt = (name: string, alg: AlgorithmName = 'ES256'): OidcApplication['authentication'] => ({
  method: 'private_key_jwt',
  jwks: { keys: [publishedJwk(keyOf(name, alg))] },
});

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
export const backchannelGrant = 'urn:openid:params:grant-type:ciba';
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

const everything: Partial<OidcApplication> = {
  issuer: 'hub',
  grants: ['authorization_code', 'refresh_token', 'client_credentials'],
  scopes: allScopes,
  apis: ['journal', 'lab'],
};

export function applications(): readonly OidcApplication[] {
  return [
    application('ehr', {
      ...everything,
      authentication: jwt('ehr'),
      actors: [
        { application: 'journal-actor', scopes: ['lab/order', 'journal/read', 'journal/write'] },
        { application: 'lab-actor', scopes: ['journal/read', 'lab/order'] },
      ],
      redirectUris: ['https://ehr.example/cb', 'https://ehr.example/cb?tenant=1', 'app.ehr:/cb'],
      postLogoutRedirectUris: ['https://ehr.example/bye'],
      backchannelLogoutUri: 'https://ehr.example/backchannel',
    }),
    application('other', { ...everything, authentication: jwt('other') }),
    application('record', { ...everything, authentication: jwt('record'), minimumAssurance: 'high' }),
    application('signed', { ...everything, authentication: jwt('signed'), requireSignedRequest: true }),
    application('portal', {
      ...everything,
      profile: 'basic',
      authentication: jwt('portal'),
      idTokenAlgorithm: 'RS256',
    }),
    application('legacy', {
      ...everything,
      profile: 'basic',
      authentication: { method: 'client_secret_basic', secretHash: 'hash' },
    }),
    application('post', {
      ...everything,
      profile: 'basic',
      authentication: { method: 'client_secret_post', secretHash: 'hash' },
    }),
    application('misfit', { ...everything, authentication: { method: 'client_secret_basic', secretHash: 'hash' } }),
    application('remote', {
      ...everything,
      authentication: { method: 'private_key_jwt', jwksUri: 'https://remote.example/jwks' },
    }),
    application('machine', { ...everything, grants: ['client_credentials'], authentication: jwt('machine') }),
    application('robot', {
      ...everything,
      grants: ['client_credentials', 'authorization_code'],
      scopes: [...allScopes, 'client:keys', 'usage:report', 'tillit:admin.read'],
      authentication: jwt('robot'),
      redirectUris: ['https://robot.example/cb'],
    }),
    application('person', { ...everything, grants: ['authorization_code'], authentication: jwt('person') }),
    // A program without a browser; one like it in the basic profile.
    application('thick', {
      ...everything,
      grants: [deviceGrant, backchannelGrant, 'refresh_token'],
      authentication: jwt('thick'),
    }),
    application('thick-basic', {
      ...everything,
      profile: 'basic',
      grants: [deviceGrant, backchannelGrant],
      authentication: jwt('thick-basic'),
    }),
    application('noapi', { ...everything, apis: [], scopes: ['openid'], authentication: jwt('noapi') }),
    // The journal's server, which asks the lab for the person who is at the EHR; and the lab's, one step further.
    application('journal-actor', {
      ...everything,
      grants: [tokenExchange, 'client_credentials'],
      authentication: jwt('journal-actor'),
      introspects: ['journal'],
    }),
    application('lab-actor', {
      ...everything,
      grants: [tokenExchange],
      authentication: jwt('lab-actor'),
      introspects: ['lab'],
    }),
    application('journal-rs', { grants: [], authentication: jwt('journal-rs'), introspects: ['journal'] }),
    application('lab-rs', { grants: [], authentication: jwt('lab-rs'), introspects: ['lab'] }),
    application('shut', { ...everything, closed: true, authentication: jwt('shut') }),
    application('elsewhere', { ...everything, issuer: 'second', authentication: jwt('elsewhere') }),
  ];
}

/** Two APIs without limits, for clients of every profile. */
export const apis = (change: { readonly journal?: Partial<Api>; readonly lab?: Partial<Api> } = {}): readonly Api[] => [
  api('journal', { audience: journalAudience, scopes: ['journal/read', 'journal/write'], ...change.journal }),
  api('lab', { audience: labAudience, scopes: ['lab/order'], ...change.lab }),
];

export function catalogue(
  change: { applications?: readonly OidcApplication[]; rules?: readonly PolicyRule[]; apis?: readonly Api[] } = {},
) {
  const byId = <T extends { readonly id: string }>(items: readonly T[]) =>
    new Map(items.map((item) => [item.id, item]));
  return snapshot({
    issuers: byId([
      { id: 'hub', url: issuerUrl, brand: 'hub' },
      { id: 'second', url: 'https://hub.example', brand: 'hub' },
    ]),
    ...clientsAlone(byId(change.applications ?? applications())),
    apis: byId(change.apis ?? apis()),
    rules: byId(change.rules ?? []),
  });
}

/** A rule that refuses these applications, or all. */
export const denyRule = (...ids: readonly string[]): PolicyRule => ({
  id: 'stop',
  title: 'Stop',
  owner: 'owner',
  when: ids.length === 0 ? {} : { applications: ids },
  // biome-ignore lint/suspicious/noThenProperty: the name of a rule's effect, in data that is never awaited.
  then: { kind: 'deny' },
});

export interface Sent {
  readonly query?: string;
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly headers?: HttpRequest['headers'];
}

/** A form or query text; a list makes a parameter that comes more than once. */
export function encoded(fields: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of typeof value === 'string' ? [value] : value) pairs.append(name, each);
  }
  return pairs.toString();
}

export class OidcHub {
  now = morning;
  catalogue: CatalogueSnapshot;
  readonly store = new MemoryGrants();
  readonly nonces = keyringOf({ id: 'k', key: new Secret(Buffer.alloc(32, 9)) });
  readonly keys = new Map<string, SigningKey>();
  #published: readonly PublishedJwk[] = [];
  readonly frontend: OidcFrontend;
  readonly ports: OidcPorts;
  /** What the fake dispatcher does; by default it lets Anna in on her session. */
  login: (request: LoginRequest) => Promise<Turn> | Turn = (request) => this.letIn(request);
  readonly logins: LoginRequest[] = [];
  retired: readonly PublishedJwk[] = [];
  held: HeldFacts = { nationalNumber: '01019012345', pseudonym: 'cHNldWRvbnlt', healthNetwork: true };
  card: 'good' | 'revoked' | 'unknown' = 'good';
  jwks: Buffer | undefined;
  fetched: string[] = [];
  secretsVerified = 0;
  /** Wrong codes of devices, by address. */
  readonly codeTries = new Map<string, Set<string>>();
  readonly ended: { session: string; by: string }[] = [];

  constructor(
    given: {
      readonly catalogue?: CatalogueSnapshot;
      readonly checks?: OidcChecks;
      readonly registers?: OidcPorts['registers'];
    } = {},
  ) {
    this.catalogue = given.catalogue ?? catalogue();
    for (const alg of ['ES256', 'PS256', 'EdDSA', 'RS256'] as const) this.keys.set(alg, keyOf('hub', alg));
    this.#published = [...this.keys.values()].map(publishedJwk);
    const evidence = [proof('anna', 'advanced', { provenAt: this.now })];
    this.store.people.set('anna', anna);
    const session: Session = {
      id: 's1',
      person: 'anna',
      startedAt: this.now,
      seenAt: this.now,
      idleUntil: this.now + hour,
      absoluteUntil: this.now + 10 * hour,
      evidence,
      assignment: 'anna@hospital',
      device: 'fixed',
      network: 'ward',
      agent: 'Test',
    };
    this.store.sessions.set('s1', session);
    this.ports = {
      registers: given.registers ?? this.store.registers,
      clock: () => this.now,
      random: systemRandom,
      catalogue: () => this.catalogue,
      commit: this.store.commit,
      reads: this.store.reads,
      waiting: this.store.waitingReads,
      hinted: {
        byIdentifier: async (hint) => (this.store.people.has(hint) ? hint : undefined),
        bySession: async (id) => this.store.sessions.get(id)?.person,
      },
      deviceTries: {
        ask: async ({ account, address, addressLimit }) => {
          const tried = this.codeTries.get(address) ?? new Set();
          if (!tried.has(account) && tried.size >= addressLimit) return { kind: 'addressDelayed', seconds: 900 };
          const firstHere = !tried.has(account);
          this.codeTries.set(address, tried.add(account));
          return { kind: 'go', firstHere };
        },
        succeeded: async ({ account, address }) => {
          this.codeTries.get(address)?.delete(account);
        },
      },
      registeredKeys: this.store.registeredKeys,
      keys: {
        signing: (_issuer, alg) => {
          const key = this.keys.get(alg);
          if (key === undefined) throw new Problem({ kind: 'unavailable', code: 'unavailable' });
          return key;
        },
        published: () => this.#published,
        retired: () => this.retired,
      },
      nonces: this.nonces,
      dispatcher: {
        start: async (request) => {
          this.logins.push(request);
          return this.login(request);
        },
      },
      browser: fakeBrowser,
      sessions: {
        find: async (cookie) => this.store.sessions.get(cookie),
        end: async (id, by) => {
          this.ended.push({ session: id, by });
          const found = this.store.sessions.get(id);
          if (found !== undefined) this.store.sessions.set(id, { ...found, endedAt: this.now, endedBy: by });
        },
      },
      decide,
      release: async (permit, wish) => {
        const person = wish.person ?? this.store.people.get(permit.person);
        const found = this.catalogue.clients.get(wish.application);
        if (person === undefined || found === undefined) throw new Error('nobody to release');
        return release(permit, { ...wish, application: found, person, held: this.held });
      },
      recheck: async () => this.card,
      verifySecret: async (_hash, given) => {
        this.secretsVerified += 1;
        return given === secret;
      },
      fetchJwks: async (uri) => {
        this.fetched.push(uri);
        return this.jwks;
      },
    };
    this.frontend = createOidcFrontend(this.ports, given.checks);
  }

  get session(): Session {
    const found = this.store.sessions.get('s1');
    if (found === undefined) throw new Error('no session');
    return found;
  }

  change(id: string, change: Partial<OidcApplication>): void {
    const all = [...this.catalogue.clients.values()].map((each) => (each.id === id ? { ...each, ...change } : each));
    this.catalogue = { ...this.catalogue, ...clientsAlone(new Map(all.map((each) => [each.id, each]))) };
  }

  changeApi(id: string, change: Partial<Api>): void {
    const all = [...this.catalogue.apis.values()].map((each) => (each.id === id ? { ...each, ...change } : each));
    this.catalogue = { ...this.catalogue, apis: new Map(all.map((each) => [each.id, each])) };
  }

  closePerson(id: string): void {
    const facts = this.store.people.get(id);
    if (facts === undefined) throw new Error(`no person ${id}`);
    this.store.people.set(id, { ...facts, person: { ...facts.person, closed: true } });
  }

  /** A granted Turn, with a Permit that policy really made. */
  letIn(request: LoginRequest): Turn {
    const found = this.catalogue.clients.get(request.application);
    if (found === undefined) throw new Error('no such application');
    const person = this.store.people.get('anna');
    const decision = decide(
      policyFacts(person, this.session.evidence, {
        application: found,
        catalogue: this.catalogue,
        assignment: person?.assignments[0],
        apis: request.apis ?? [],
        scopes: request.scopes ?? [],
        context: request.context,
      }),
      this.now,
    );
    const outcome: LoginOutcome =
      decision.kind === 'permit'
        ? { kind: 'granted', permit: decision.permit, session: this.session, reference: 'AAAA-0001' }
        : {
            kind: 'refused',
            error: 'denied',
            reason: decision.reason,
            rules: decision.kind === 'deny' ? decision.rules : [],
            reference: 'AAAA-0002',
          };
    return { kind: 'done', request, outcome };
  }

  nonce(): string {
    return issueNonce(this.nonces, this.now);
  }

  /** Calls a route as the web server would; a Problem becomes what the server makes of it. */
  async call(method: 'GET' | 'POST' | 'DELETE', url: string, sent: Sent = {}): Promise<HttpResponse> {
    const path = new URL(url, 'https://hub.example').pathname;
    const query = sent.query ?? new URL(url, 'https://hub.example').search.slice(1);
    const { route, params } = routeOf(this.frontend.routes, method, path);
    if (route === undefined) return { status: 404, headers: {}, body: '' };
    const body = Buffer.from(sent.body ?? (sent.form === undefined ? '' : encoded(sent.form)));
    const type = sent.contentType ?? (method === 'POST' ? 'application/x-www-form-urlencoded' : undefined);
    const request: HttpRequest = {
      method,
      path,
      query,
      params,
      headers: { 'content-type': type, ...sent.headers },
      body,
      ip: '10.1.0.1',
    };
    try {
      return await route.handle(request);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      return {
        status: problemStatus(thrown.kind),
        headers: {},
        body: JSON.stringify({ page: thrown.code, ...thrown.public, detail: thrown.detail }),
      };
    }
  }

  audited(): readonly string[] {
    return this.store.audit.map(({ kind, body }) => (body.check === undefined ? kind : `${kind} ${body.check}`));
  }
}
