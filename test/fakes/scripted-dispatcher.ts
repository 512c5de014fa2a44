// A dispatcher that shows the steps of login-steps and writes down what it is asked.
import type { Action, Browser, Dispatcher, StepProblem, StepView, Turn } from '../../src/core/journey/index.ts';
import { journeyOf, settings, steps } from './login-steps.ts';

export interface FakeDispatcher extends Dispatcher {
  readonly acts: { journey: string; version: number; action: Action; browser: Browser }[];
  /** What the next calls answer; by default an action leads back to the page. */
  answer?: Turn | StepProblem | undefined;
  readonly left: { journey: string; provider: string }[];
  readonly returnedCalls: { provider: string; parameters: Readonly<Record<string, string>>; ip: string }[];
  readonly loginsAdded: string[];
  readonly loginsRemoved: string[];
  cardShownCalls: Parameters<Dispatcher['cardShown']>[];
}

/** A dispatcher that shows `steps` and writes down what it is asked. */
export function fakeDispatcher(): FakeDispatcher {
  const viewOf = (id: string): StepView | StepProblem => {
    const found = Object.hasOwn(steps, id) ? steps[id] : undefined;
    if (!found) return { kind: 'problem', reason: 'journey.unknown' };
    return { ...found, journey: journeyOf({ id, ...found.journey }), settings };
  };
  const fake: FakeDispatcher = {
    acts: [],
    cardShownCalls: [],
    left: [],
    returnedCalls: [],
    loginsAdded: [],
    loginsRemoved: [],
    addLogin: ({ provider }) => {
      fake.loginsAdded.push(provider);
      const first = { kind: 'proveFirst', minimum: 'substantial', proofSeconds: 300 } as const;
      return Promise.resolve(provider === 'stale' ? first : { kind: 'interact', journey: 'leave' });
    },
    removeLogin: (link) => {
      fake.loginsRemoved.push(link);
      const first = { kind: 'proveFirst', minimum: 'substantial', proofSeconds: 300 } as const;
      if (link === 'stale') return Promise.resolve(first);
      if (link === 'last') return Promise.resolve({ kind: 'problem', reason: 'link.last' });
      return Promise.resolve({ kind: 'removed', ownSessionEnded: link === 'mine' });
    },
    start: () => Promise.resolve({ kind: 'interact', journey: 'choose', browserToken: 'fresh-token' }),
    view: (id, browser) =>
      Promise.resolve(browser.token === undefined ? { kind: 'problem', reason: 'journey.noCookie' } : viewOf(id)),
    act: (journey, version, action, browser) => {
      fake.acts.push({ journey, version, action, browser });
      return Promise.resolve(fake.answer ?? { kind: 'interact', journey });
    },
    cardTicket: () => Promise.resolve({ token: 'ticket-out', populations: ['siths', 'advanced'] }),
    cardShown: (...call) => {
      fake.cardShownCalls.push(call);
      return Promise.resolve(
        call[0] === 'gone'
          ? { kind: 'problem', reason: 'journey.expired', reference: 'K7QM-2F9X' }
          : { journey: 'j1', handoff: 'ticket-back' },
      );
    },
    leave: (journey, provider) => {
      fake.left.push({ journey, provider });
      return Promise.resolve(
        provider === 'down' || fake.answer
          ? (fake.answer ?? { kind: 'interact', journey })
          : { kind: 'away', url: `https://${provider}.example/authorize?state=s` },
      );
    },
    returned: (provider, parameters, ip) => {
      fake.returnedCalls.push({ provider: provider ?? '', parameters, ip });
      if (parameters.RelayState?.startsWith('https:'))
        return Promise.resolve({ kind: 'problem', reason: 'journey.unknown' });
      return Promise.resolve(
        parameters.state === 'gone'
          ? { kind: 'problem', reason: 'journey.expired', reference: 'K7QM-2F9X' }
          : { journey: 'j1', handoff: 'ticket-back' },
      );
    },
    takeHandoff: (journey, handoff, browser) => {
      fake.acts.push({ journey, version: -1, action: { kind: 'cancel' }, browser: { ...browser, agent: handoff } });
      return Promise.resolve(fake.answer ?? { kind: 'interact', journey });
    },
  };
  return fake;
}
