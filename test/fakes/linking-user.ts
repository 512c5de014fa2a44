// A ward with providers whose logins people can add, and a person who adds one: for tests of linking without a database.
import assert from 'node:assert/strict';
import type { StepProblem, Turn } from '../../src/core/journey/index.ts';
import { LoginUser } from './login-user.ts';
import { MemoryLogin } from './memory-login.ts';
import { upstreamProvider } from './upstream-provider.ts';
import { clientsAlone, ehr, providers, record, snapshot } from './ward.ts';

export const eid = upstreamProvider({ preset: 'generic', issuer: 'https://eid.example' }, { id: 'eid', order: 3 });
export const other = upstreamProvider(
  { preset: 'generic', issuer: 'https://other.example' },
  { id: 'other', order: 4 },
);

export function linkingWard(): MemoryLogin {
  const hub = new MemoryLogin();
  hub.catalogue = snapshot({
    providers: new Map([...providers, eid, other].map((one) => [one.id, one])),
    ...clientsAlone(new Map([ehr, record].map((one) => [one.id, one]))),
    rules: new Map(),
  });
  return hub;
}

export class LinkingUser extends LoginUser {
  /** Logs in at the EHR with a card, `bo simple` for example. */
  async logIn(card: string): Promise<this> {
    await this.card(await this.begin(), card);
    return this;
  }

  add(provider = 'eid') {
    return this.dispatcher.addLogin({ issuer: 'hub', provider, back: '/portal' }, this.browser);
  }

  /** Begins to add a login; answers the journey's id. */
  async begins(provider = 'eid'): Promise<string> {
    const turn = await this.add(provider);
    assert.ok(turn.kind === 'interact', `expected a journey, got ${JSON.stringify(turn)}`);
    this.keep(turn);
    return turn.journey;
  }

  async away(journey: string, provider = 'eid'): Promise<string> {
    const going = await this.dispatcher.leave(journey, provider, this.browser);
    assert.ok(going.kind === 'away', JSON.stringify(going));
    return new URL(going.url).searchParams.get('state') ?? '';
  }

  /** What the provider sends back through the browser: the ticket of the last hop. */
  async home(state: string, code: string, provider = 'eid'): Promise<string> {
    const came = await this.dispatcher.returned(provider, { state, code }, this.ip);
    assert.ok(!('kind' in came), JSON.stringify(came));
    return came.handoff;
  }

  async back(journey: string, handoff: string): Promise<Turn | StepProblem> {
    return this.keep(await this.dispatcher.takeHandoff(journey, handoff, this.browser));
  }

  /** The whole way from the portal to the provider and back. `code` is `own:NAME level`. */
  async adds(code: string, provider = 'eid'): Promise<Turn | StepProblem> {
    const journey = await this.begins(provider);
    return this.back(journey, await this.home(await this.away(journey, provider), code, provider));
  }

  /** A login at the EHR by a provider. */
  async logInAt(provider: string, code: string): Promise<Turn | StepProblem> {
    const journey = await this.begin();
    return this.back(journey, await this.home(await this.away(journey, provider), code, provider));
  }
}
