// A whole hub in memory between two protocols: real frontends, policy, dispatcher and connectors; only the stores and the providers are fakes.
import type { HttpResponse } from '../../src/base/http/index.ts';
import { writeAuthnRequest } from '../../src/base/saml/index.ts';
import type { CatalogueSnapshot, Provider } from '../../src/core/catalogue/index.ts';
import type { LoginRequest, StepView, Turn } from '../../src/core/journey/index.ts';
import type { Assurance } from '../../src/wire/codes/index.ts';
import { LoginUser } from './login-user.ts';
import { MemoryLogin } from './memory-login.ts';
import { backOf, claimsOf, OidcClient } from './oidc-client.ts';
import { applications, encoded, OidcHub } from './oidc-hub.ts';
import { SamlAsker } from './saml-asker.ts';
import { SamlHub, samlApplication, samlIssuer } from './saml-hub.ts';
import { SamlVisit } from './saml-visit.ts';
import { UpstreamFake, upstreamIssuer, upstreamProvider } from './upstream-provider.ts';
import { snapshot, providers as ways } from './ward.ts';

export type Protocol = 'saml' | 'oidc';

/** What the catalogue says in one case. */
export interface Registered {
  readonly source: Protocol;
  /** What the provider is approved for, and what it calls its levels. */
  readonly approved: Assurance;
  readonly levels: Readonly<Record<string, Assurance>>;
  /** The application's own minimum, and whether a card is another way in. */
  readonly minimum: Assurance;
  readonly card: boolean;
  /** National names that the hub itself is approved for. */
  readonly approvedNames?: readonly string[];
}

/** What the application asks for in its request. */
export interface Wanted {
  readonly comparison?: 'exact' | 'minimum';
  readonly by?: 'acr_values' | 'essential' | 'voluntary';
  readonly names: readonly string[];
  /** Nobody may be asked anything. */
  readonly passive?: boolean;
}

/** How a login went: each place where a person was, and what the application heard at the end. */
export interface Course {
  /** Names of levels that the provider was asked for; undefined: nobody was sent there. */
  readonly asked: readonly string[] | undefined;
  /** What the page said after the provider's answer, where that was not enough. */
  readonly word: string | undefined;
  readonly card: boolean;
  readonly end: string;
}

const nowhere = { asked: undefined, word: undefined, card: false } as const;
const oneOf = <Item extends { readonly id: string }>(item: Item) => new Map([[item.id, item]]);
const client = applications().find(({ id }) => id === 'portal');

export class ProxyHub {
  readonly memory = new MemoryLogin();
  readonly saml = new SamlHub([samlApplication('link', { keys: { signing: [], encryption: [] } })]);
  readonly oidc = new OidcHub();
  readonly #asker = new SamlAsker(this.saml, 'link');
  readonly #client = new OidcClient(this.oidc, 'portal');
  readonly #visit = new SamlVisit();
  readonly #upstream = new UpstreamFake();
  /** What the provider calls the level of the login there. */
  #said = '';
  #user = this.#newUser();
  /** The level at which the session has the provider's proof after the last login; undefined: none of it. */
  kept: Assurance | undefined;

  constructor() {
    this.#upstream.claims = (claims) => ({ ...claims, sub: 'anna', acr: this.#said });
    const start = async (request: LoginRequest) =>
      this.#share(this.#user.keep(await this.#user.dispatcher.start(request, this.#user.browser)));
    this.saml.login = start;
    this.oidc.login = start;
  }

  #newUser(): LoginUser {
    const connectors = {
      ...this.memory.connectors,
      saml: this.#visit.connector,
      oidc: this.#upstream.connector,
    };
    return new LoginUser({ ports: { ...this.memory.ports, connectors } });
  }

  register({ source, approved, levels, minimum, card, approvedNames: approvedLevels = [] }: Registered): void {
    const one: Provider =
      source === 'saml'
        ? this.#visit.there.provider({ levels }, { id: 'source', maximumAssurance: approved })
        : upstreamProvider({ preset: 'generic', namespaces: [], levels }, { id: 'source', maximumAssurance: approved });
    if (client === undefined) throw new Error('no client');
    const allowed = { minimumAssurance: minimum, providers: card ? ['source', 'card'] : ['source'] };
    const link = { ...samlApplication('link', { keys: { signing: [], encryption: [] } }), ...allowed };
    const portal = { ...client, ...allowed, idTokenAlgorithm: 'ES256' as const };
    const catalogue: CatalogueSnapshot = snapshot({
      issuers: oneOf({ ...samlIssuer, approvedLevels }),
      providers: new Map([one, ...ways].map((each) => [each.id, each])),
      applications: new Map([link, portal].map((each) => [each.id, each])),
      clients: oneOf(portal),
      samlApplications: oneOf(link),
      rules: new Map(),
    });
    for (const part of [this.memory, this.saml, this.oidc]) part.catalogue = catalogue;
  }

  /** A login of somebody whom the provider logs in at the level that it calls `said`; without `again`, in a new browser. */
  async logIn(target: Protocol, said: string, wanted: Wanted, again = false): Promise<Course> {
    if (!again) this.#user = this.#newUser();
    this.#said = said;
    this.kept = undefined;
    const first = target === 'saml' ? await this.#askBySaml(wanted) : await this.#askByOidc(wanted);
    const journey = /\/login\/([^/]+)$/.exec(String(first.answer.headers.location ?? ''))?.[1];
    if (journey === undefined) return { ...nowhere, end: await first.heard(first.answer) };
    return await this.#walk(journey, first.heard);
  }

  async #walk(journey: string, heard: (answer: HttpResponse) => Promise<string>): Promise<Course> {
    let asked: readonly string[] | undefined;
    let turn: Turn | undefined;
    if (offers(await this.#user.page(journey), 'source')) {
      const there = await this.#throughSource(journey);
      asked = there.asked;
      turn = there.turn;
    }
    const page = turn?.kind === 'done' ? undefined : await this.#user.page(journey);
    const word = page?.journey.refusal?.reason;
    const card = page !== undefined && offers(page, 'card');
    if (card) {
      const picked = settled(await this.#user.act(journey, { kind: 'chooseProvider', provider: 'card' }));
      turn = picked.kind === 'done' ? picked : settled(await this.#user.card(journey, 'anna advanced'));
    } else if (turn?.kind !== 'done') turn = settled(await this.#user.act(journey, { kind: 'cancel' }));
    if (turn.kind !== 'done') throw new Error('the login goes on');
    const { request, outcome } = this.#share(turn) as Turn & { kind: 'done' };
    const { frontend } = request.frontend === 'saml' ? this.saml : this.oidc;
    return { asked, word, card, end: await heard(await frontend.answer(request, outcome)) };
  }

  async #throughSource(journey: string): Promise<{ readonly asked: readonly string[]; readonly turn: Turn }> {
    const { dispatcher } = this.#user;
    const away = await dispatcher.leave(journey, 'source', this.#user.browser);
    if (away.kind !== 'away') throw new Error(`nobody leaves: ${JSON.stringify(away)}`);
    const isSaml = this.memory.catalogue.providers.get('source')?.connector === 'saml';
    const there = isSaml ? await this.#atSaml(away.url) : this.#atOidc();
    const back = await dispatcher.returned(isSaml ? undefined : 'source', there.parameters, '192.0.2.1');
    if ('kind' in back) throw new Error(`nobody comes back: ${back.reason}`);
    const turn = await dispatcher.takeHandoff(back.journey, back.handoff, this.#user.browser);
    return { asked: there.asked, turn: settled(this.#user.keep(turn)) };
  }

  async #atSaml(url: string) {
    const { there } = this.#visit;
    const asked = await there.asked(url, this.memory.now);
    const form = there.answer(asked, { classRef: this.#said }, this.memory.now);
    return {
      asked: asked.request.requestedAuthnContext?.classRefs ?? [],
      parameters: Object.fromEntries(form.fields),
    };
  }

  #atOidc() {
    const { request } = this.#upstream;
    const asked = request.get('acr_values')?.split(' ') ?? [];
    return { asked, parameters: { code: 'code-1', state: request.get('state') ?? '', iss: upstreamIssuer } };
  }

  /** The frontends' own stores know the session, as they would in one database. */
  #share(turn: Turn): Turn {
    if (turn.kind !== 'done' || turn.outcome.kind !== 'granted') return turn;
    const { session } = turn.outcome;
    this.kept = session.evidence.find(({ provider }) => provider === 'source')?.assurance;
    this.saml.session = session;
    this.oidc.store.sessions.set(session.id, session);
    return turn;
  }

  async #askBySaml({ comparison = 'exact', names, passive = false }: Wanted) {
    const context = names.length === 0 ? undefined : { comparison, classRefs: names, declRefs: [] };
    const request = this.#asker.request({ isPassive: passive, requestedAuthnContext: context });
    const query = this.#asker.query(writeAuthnRequest(request), { key: undefined });
    const exactly = comparison === 'exact' && names.length > 0 ? names : undefined;
    const heard = async (answer: HttpResponse): Promise<string> => {
      const verdict = this.#asker.judge(answer, { id: request.id, ...(exactly && { exactly }) });
      if (verdict.accepted) return verdict.assertion.authnContextClassRef;
      const { status } = verdict;
      return `refused ${status === undefined ? verdict.because : (status.second ?? '').replace(/^.*[:/]/, '')}`;
    };
    return { answer: await this.saml.call('GET', '/helse/saml/sso', { query }), heard };
  }

  async #askByOidc({ by, names, passive }: Wanted) {
    const claims = JSON.stringify({ id_token: { acr: { essential: by === 'essential', values: names } } });
    const query = encoded(
      this.#client.request({
        client_id: 'portal',
        scope: 'openid',
        ...(by === undefined ? {} : by === 'acr_values' ? { acr_values: names.join(' ') } : { claims }),
        ...(passive ? { prompt: 'none' } : {}),
      }),
    );
    const heard = async (answer: HttpResponse): Promise<string> => {
      const back = backOf(answer);
      const error = back.get('error');
      if (error !== null) return `refused ${error}`;
      const tickets = await this.#client.redeem(back.get('code') ?? '');
      return String(claimsOf(tickets.id_token).acr);
    };
    return { answer: await this.oidc.call('GET', `/helse/authorize?${query}`), heard };
  }
}

const offers = ({ step }: StepView, provider: string): boolean =>
  step.kind === 'choose'
    ? step.providers.includes(provider)
    : step.kind === 'prove' && [step.provider, ...step.alternatives].includes(provider);

function settled(turn: Turn | { readonly kind: 'problem'; readonly reason: string }): Turn {
  if (turn.kind === 'problem') throw new Error(`the page is refused: ${turn.reason}`);
  return turn;
}
