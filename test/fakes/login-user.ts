// A person at a browser, for tests of the dispatcher: keeps the cookies, follows the steps, shows the card.
import assert from 'node:assert/strict';
import {
  type Action,
  type Browser,
  createDispatcher,
  type Dispatcher,
  type LoginRequest,
  type StepProblem,
  type StepView,
  type Turn,
} from '../../src/core/journey/index.ts';
import type { MemoryLogin } from './memory-login.ts';

export const request = (change: Partial<LoginRequest> = {}): LoginRequest => ({
  frontend: 'oidc',
  issuer: 'hub',
  application: 'ehr',
  fresh: false,
  passive: false,
  chooseAgain: false,
  locales: [],
  memo: {},
  ...change,
});

export type Done = Turn & { kind: 'done' };

export class LoginUser {
  readonly dispatcher: Dispatcher;
  token: string | undefined;
  session: string | undefined;
  device: string | undefined;
  ip: string;

  constructor(hub: Pick<MemoryLogin, 'ports'>, ip = '10.1.2.3') {
    this.dispatcher = createDispatcher(hub.ports);
    this.ip = ip;
  }

  get browser(): Browser {
    return { token: this.token, session: this.session, device: this.device, ip: this.ip, agent: 'Test browser' };
  }

  /** Does with a turn what the edge does with its cookies. */
  keep<Answer extends Turn | StepProblem>(answer: Answer): Answer {
    if (answer.kind === 'interact' && answer.browserToken !== undefined) this.token = answer.browserToken;
    if (answer.kind === 'done' && answer.forgetSession) this.session = undefined;
    if (answer.kind === 'done' && answer.cookie) this.session = answer.cookie.value;
    return answer;
  }

  async start(change: Partial<LoginRequest> = {}): Promise<Turn> {
    return this.keep(await this.dispatcher.start(request(change), this.browser));
  }

  /** Starts a login that needs the person; answers the journey's id. */
  async begin(change: Partial<LoginRequest> = {}): Promise<string> {
    const turn = await this.start(change);
    assert.ok(turn.kind === 'interact', `expected a page, got ${JSON.stringify(turn)}`);
    return turn.journey;
  }

  async page(journey: string): Promise<StepView> {
    const view = await this.dispatcher.view(journey, this.browser);
    assert.ok(!('kind' in view), `expected a page, got ${JSON.stringify(view)}`);
    return view;
  }

  async act(journey: string, action: Action, version?: number): Promise<Turn | StepProblem> {
    const at = version ?? (await this.page(journey)).journey.version;
    return this.keep(await this.dispatcher.act(journey, at, action, this.browser));
  }

  password(journey: string, username: string, password = 'secret', version?: number) {
    const reply = { kind: 'form', fields: { username, password }, ip: this.ip } as const;
    return this.act(journey, { kind: 'reply', provider: 'password', reply }, version);
  }

  /** Picks the password first when there is a choice. */
  async choosePassword(journey: string, username: string) {
    await this.act(journey, { kind: 'chooseProvider', provider: 'password' });
    return this.password(journey, username);
  }

  /** Goes to the card listener, shows `card` there (`person kind`), and comes back. */
  async card(journey: string, card: string): Promise<Turn | StepProblem> {
    const shown = await this.showCard(journey, card);
    if ('kind' in shown) return shown;
    return this.keep(await this.dispatcher.takeHandoff(shown.journey, shown.handoff, this.browser));
  }

  async showCard(journey: string, card: string) {
    const ticket = await this.dispatcher.cardTicket(journey, this.browser);
    if ('kind' in ticket) return ticket;
    return this.dispatcher.cardShown(ticket.token, card === '' ? [] : [Buffer.from(card)], this.ip);
  }
}

/** The turn, which must have granted the login. */
export function granted(turn: Turn | StepProblem) {
  assert.ok(turn.kind === 'done' && turn.outcome.kind === 'granted', `expected a grant, got ${JSON.stringify(turn)}`);
  return { turn, ...turn.outcome };
}

/** What a turn says, short: `interact`, `granted bo low`, `denied policy.denied`, `problem journey.alreadyUsed`. */
export function said(turn: Turn | StepProblem): string {
  if (turn.kind === 'interact') return 'interact';
  if (turn.kind === 'problem') return `problem ${turn.reason}`;
  const { outcome } = turn;
  if (outcome.kind === 'loginAdded') return 'loginAdded';
  return outcome.kind === 'granted'
    ? `granted ${outcome.permit.person} ${outcome.permit.assurance}`
    : `${outcome.error} ${outcome.reason}`;
}
