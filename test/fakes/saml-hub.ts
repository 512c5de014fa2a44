// A SAML identity provider in memory: real frontend, real policy and release rules, a fake dispatcher that lets Anna in.
import type { KeyObject } from 'node:crypto';
import { type HttpRequest, type HttpResponse, parseCookies, problemStatus } from '../../src/base/http/index.ts';
import { systemRandom } from '../../src/base/ids.ts';
import { generateSigningKey, type SigningKey } from '../../src/base/jose/index.ts';
import { Problem } from '../../src/base/problem.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { keyHolderCertificate, toPem } from '../../src/base/x509/index.ts';
import type { CatalogueSnapshot, Issuer, PolicyRule, SamlApplication } from '../../src/core/catalogue/index.ts';
import { type KeptAnswer, releaseAssertion } from '../../src/core/issuing/index.ts';
import type { LoginOutcome, LoginRequest, Turn } from '../../src/core/journey/index.ts';
import { federationOf } from '../../src/core/policy/candidates.ts';
import { decide } from '../../src/core/policy/index.ts';
import type { Session, SessionReach } from '../../src/core/sessions/index.ts';
import {
  createSamlFrontend,
  type SamlChecks,
  type SamlFrontend,
  type SamlPorts,
} from '../../src/edge/frontends/saml/index.ts';
import { MemoryGrants } from './memory-grants.ts';
import { encoded, type Sent } from './oidc-hub.ts';
import { routeOf } from './serve-routes.ts';
import { anna, hour, morning, policyFacts, proof, snapshot } from './ward.ts';

export interface SamlKey {
  readonly key: SigningKey;
  readonly privateKey: KeyObject;
  readonly der: Buffer;
  readonly pem: string;
}

const made = new Map<string, SamlKey>();
/** An RSA key with its certificate, made once for all tests. */
export function samlKeyOf(name: string): SamlKey {
  const known = made.get(name);
  if (known !== undefined) return known;
  const { key, privateKey } = generateSigningKey('RS256', { modulusBits: 2048 });
  const der = keyHolderCertificate(
    { alg: 'RS256', sign: key.sign, publicJwk: key.publicJwk },
    { commonName: name, notBefore: morning - hour, notAfter: morning + 1000 * hour },
  );
  const one: SamlKey = { key, privateKey, der, pem: toPem(der) };
  made.set(name, one);
  return one;
}

export const samlIssuer: Issuer = { id: 'hub', url: 'https://hub.example/helse', brand: 'hub' };

export function samlApplication(id: string, change: Partial<SamlApplication> = {}): SamlApplication {
  return {
    id,
    issuer: 'hub',
    name: { en: id },
    closed: false,
    minimumAssurance: 'low',
    requireAssignment: false,
    entityId: `https://${id}.example/sp`,
    preset: 'generic',
    assertionConsumers: [
      { binding: 'post', location: `https://${id}.example/acs`, index: 0, isDefault: true },
      { binding: 'post', location: `https://${id}.example/acs2`, index: 1 },
    ],
    singleLogout: [
      { binding: 'redirect', location: `https://${id}.example/slo` },
      { binding: 'post', location: `https://${id}.example/slo-post` },
    ],
    keys: { signing: [samlKeyOf(id).pem], encryption: [] },
    attributes: [],
    requireSignedRequest: false,
    unsolicited: false,
    ...change,
  };
}

const byId = <T extends { readonly id: string }>(items: readonly T[]) => new Map(items.map((item) => [item.id, item]));

export function samlCatalogue(
  applications: readonly SamlApplication[],
  change: { readonly issuer?: Partial<Issuer>; readonly rules?: readonly PolicyRule[] } = {},
): CatalogueSnapshot {
  return snapshot({
    issuers: byId([
      { ...samlIssuer, ...change.issuer },
      { id: 'second', url: 'https://hub.example', brand: 'hub' },
    ]),
    applications: byId(applications),
    samlApplications: byId(applications),
    clients: new Map(),
    rules: byId(change.rules ?? []),
  });
}

export class SamlHub {
  now = morning;
  catalogue: CatalogueSnapshot;
  readonly store = new MemoryGrants();
  readonly key = samlKeyOf('hub');
  readonly ports: SamlPorts;
  readonly frontend: SamlFrontend;
  readonly logins: LoginRequest[] = [];
  /** What the fake dispatcher does; by default it lets Anna in on her session. */
  login: (request: LoginRequest) => Promise<Turn> | Turn = (request) => this.letIn(request);
  open = false;
  /** How a record is filled in from metadata; by default it says everything itself. */
  partner: SamlPorts['partner'] = async (record) => ({ ok: true, record });
  readonly openAsked: Parameters<SamlPorts['stillOpen']>[0][] = [];
  /** Who answered in a frame. */
  readonly told: object[] = [];
  readonly wrong = new Map<string, number>();
  reached: SessionReach[] = [];
  /** Answers that wait for their applications, by hash. */
  readonly kept = new Map<string, KeptAnswer>();
  readonly ended: { readonly session: string; readonly by: string; readonly asker: string | undefined }[] = [];
  session: Session;

  constructor(
    applications: readonly SamlApplication[] = [samlApplication('link')],
    given: {
      readonly checks?: SamlChecks;
      readonly issuer?: Partial<Issuer>;
      readonly rules?: readonly PolicyRule[];
    } = {},
  ) {
    this.catalogue = samlCatalogue(applications, given);
    this.store.people.set('anna', anna);
    this.session = {
      id: 's1',
      person: 'anna',
      startedAt: this.now,
      seenAt: this.now,
      idleUntil: this.now + hour,
      absoluteUntil: this.now + 10 * hour,
      evidence: [proof('anna', 'advanced', { provenAt: this.now - 60_000 })],
      assignment: 'anna@hospital',
      device: 'fixed',
      network: 'ward',
      agent: 'Test',
    };
    this.ports = {
      clock: () => this.now,
      random: systemRandom,
      catalogue: () => this.catalogue,
      partner: (application) => this.partner(application),
      commit: async (commit) => {
        const done = await this.store.commit({ ...commit, writes: [] });
        if (done.won) for (const { kind, row } of commit.writes) this.#write(kind, row);
        return done;
      },
      keys: { signing: () => this.key.key, certificates: () => [this.key.der] },
      seals: keyringOf({ id: 'k', key: new Secret(Buffer.alloc(32, 9)) }),
      dispatcher: {
        start: async (request) => {
          this.logins.push(request);
          return this.login(request);
        },
      },
      browser: {
        read: ({ ip, headers }) => ({
          ip,
          agent: 'Test',
          session: parseCookies(headers.cookie).get('s'),
          locale: 'sv',
        }),
        cookies: (turn) => (turn.kind === 'done' && turn.cookie ? [`s=${turn.cookie.value}`] : []),
        forget: () => ['s=; Max-Age=0'],
        loginUrl: (journey) => `https://hub.example/login/${journey}`,
        loggedOutUrl: (session, to) => `https://hub.example/logged-out/${session}?${new URLSearchParams(to as never)}`,
      },
      sessions: {
        find: async (cookie) => (cookie === 's1' && this.session.endedAt === undefined ? this.session : undefined),
        byId: async (id) => (id === this.session.id ? this.session : undefined),
        reached: async (id) => this.reached.filter(({ session }) => session === id),
        end: async (session, by, _reference, asker) => {
          this.ended.push({ session, by, asker });
          this.session = { ...this.session, endedAt: this.now };
        },
      },
      release: async (permit, wish) => {
        const person = wish.person ?? this.store.people.get(permit.person);
        if (person === undefined) throw new Error('nobody to release');
        const held = { pairwise: 'lasting', transient: 'passing', nationalNumber: '01019012345' };
        return releaseAssertion(permit, { ...wish, person, held });
      },
      kept: async (hash) => this.kept.get(hash),
      stillOpen: async (ended) => {
        this.openAsked.push(ended);
        return this.open;
      },
      wrongTries: {
        waitMs: (ip) => ((this.wrong.get(ip) ?? 0) >= 20 ? 60_000 : 0),
        count: (ip) => void this.wrong.set(ip, (this.wrong.get(ip) ?? 0) + 1),
      },
    };
    this.frontend = createSamlFrontend(this.ports, given.checks);
  }

  #write(kind: string, row: Readonly<Record<string, unknown>>): void {
    const hash = String(row.hash);
    if (kind === 'session.told') this.told.push(row);
    else if (kind === 'session.reach') this.reached.push(row as unknown as SessionReach);
    else if (kind === 'keptAnswer.save')
      this.kept.set(hash, { ...(row.doc as object), ...row } as unknown as KeptAnswer);
    else if (kind === 'keptAnswer.drop') this.kept.delete(hash);
    else throw new Error(`no such write: ${kind}`);
  }

  /** A granted Turn, with a Permit that policy really made. */
  letIn(request: LoginRequest): Turn {
    const found = this.catalogue.samlApplications.get(request.application);
    if (found === undefined) throw new Error('no such application');
    const person = this.store.people.get('anna');
    const facts = policyFacts(person, this.session.evidence, {
      application: found,
      federation: federationOf(found, this.catalogue),
      catalogue: this.catalogue,
      assignment: person?.assignments[0],
      apis: [],
      scopes: [],
      requested: request.assurance,
    });
    const decision = decide(facts, this.now);
    const outcome: LoginOutcome =
      decision.kind === 'permit'
        ? { kind: 'granted', permit: decision.permit, session: this.session, reference: 'AAAA-0001', person }
        : { kind: 'refused', error: 'denied', reason: decision.reason, reference: 'AAAA-0002' };
    return { kind: 'done', request, outcome };
  }

  change(id: string, change: Partial<SamlApplication>): void {
    const all = [...this.catalogue.samlApplications.values()].map((each) =>
      each.id === id ? { ...each, ...change } : each,
    );
    this.catalogue = { ...this.catalogue, applications: byId(all), samlApplications: byId(all) };
  }

  /** Calls a route as the web server would; a Problem becomes what the server makes of it. */
  async call(method: 'GET' | 'POST', url: string, sent: Sent & { readonly xml?: Buffer } = {}): Promise<HttpResponse> {
    const at = new URL(url, 'https://hub.example');
    const { route, params } = routeOf(this.frontend.routes, method, at.pathname);
    if (route === undefined) return { status: 404, headers: {}, body: '' };
    const type = sent.contentType ?? (method === 'POST' ? 'application/x-www-form-urlencoded' : undefined);
    const request: HttpRequest = {
      method,
      path: at.pathname,
      query: sent.query ?? at.search.slice(1),
      params,
      headers: { 'content-type': type, ...sent.headers },
      body: sent.xml ?? Buffer.from(sent.body ?? (sent.form === undefined ? '' : encoded(sent.form))),
      ip: '10.1.0.1',
    };
    try {
      return await route.handle(request);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const body = { page: thrown.code, ...thrown.public, detail: thrown.detail };
      return { status: problemStatus(thrown.kind), headers: {}, body: JSON.stringify(body) };
    }
  }

  audited(): readonly string[] {
    return this.store.audit.map(({ kind, body }) => (body.check === undefined ? kind : `${kind} ${body.check}`));
  }
}
