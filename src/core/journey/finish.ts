// The end of a login that policy permits: which session carries it on, what is written, and the answer to the frontend.
import type { EpochMs } from '../../base/clock.ts';
import { newId, newToken, tokenHash } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { Write } from '../commit/commit.ts';
import { wordBehind } from '../linking/freshness.ts';
import { addToOutbox } from '../outbox/index.ts';
import type { Permit } from '../policy/policy.ts';
import { startSession, stepUpSession, touched } from '../sessions/lifecycle.ts';
import type { Session } from '../sessions/session.ts';
import { reachApplication, saveSession, touchSession } from '../sessions/writes.ts';
import type { Browser, SessionCookie, Turn } from './dispatcher.ts';
import { evidenceBody, explanationBody, finished, sessionChanged } from './events.ts';
import type { LiveSession, Situation } from './gather.ts';
import type { Journey } from './journey.ts';
import type { JourneyPorts } from './ports.ts';

export interface Ended {
  readonly writes: readonly Write[];
  readonly events: readonly AuditRecord[];
  readonly turn: Turn & { kind: 'done' };
}

interface Carried {
  readonly session: Session;
  readonly cookie?: SessionCookie | undefined;
  readonly writes: readonly Write[];
  readonly events: readonly AuditRecord[];
}

/** What the session remembers: what was picked here, else picked before; what an application allowed alone is no pick. */
const remembered = (journey: Journey, permit: Permit, session: Session | undefined): string | undefined =>
  journey.assignment ?? session?.assignment ?? permit.assignment;

/** Nothing was proven here: the session carries on, with what changed about it. */
function carryOn(journey: Journey, live: LiveSession, permit: Permit, situation: Situation): Carried {
  const { now } = situation;
  const used = touched(live.session, situation.snapshot.settings.lifetimes, now);
  const session = { ...(used ?? live.session), assignment: remembered(journey, permit, live.session) };
  const changed = live.refreshed || session.assignment !== live.session.assignment;
  const touch = used === undefined ? [] : [touchSession(session)];
  return { session, writes: changed ? [saveSession(session, live.secretHash)] : touch, events: [] };
}

/** Something was proven here: a session with a new cookie, so that whoever knew the old one has nothing (A3). */
function renew(ports: JourneyPorts, journey: Journey, permit: Permit, situation: Situation, browser: Browser): Carried {
  const { now, live, facts } = situation;
  const { lifetimes } = situation.snapshot.settings;
  const secret = newToken(32, ports.random);
  const same = live !== undefined && live.session.person === permit.person ? live.session : undefined;
  const assignment = remembered(journey, permit, same);
  const more = { evidence: journey.evidence, assignment, where: facts.where };
  const session =
    same === undefined
      ? startSession(
          { id: newId(now, ports.random), person: permit.person, agent: browser.agent, ...more },
          lifetimes,
          now,
        )
      : stepUpSession(same, more, lifetimes, now);
  const kind = same === undefined ? 'session.started' : 'session.steppedUp';
  const body = { evidence: journey.evidence.map(evidenceBody), assurance: permit.assurance };
  return {
    session,
    cookie: { value: secret, maxAgeSeconds: Math.floor((session.absoluteUntil - now) / 1000) },
    writes: [
      saveSession(session, tokenHash(secret)),
      ...ports.sessions.marks(session.id, journey.evidence),
      ...firstUses(journey, session, now),
    ],
    events: [sessionChanged(kind, journey, now, session, body)],
  };
}

/** News of cards that let their holder in for the first time (G5). */
const firstUses = ({ evidence, reference }: Journey, session: Session, now: EpochMs): readonly Write[] =>
  evidence.flatMap(({ certificate }) =>
    certificate?.card?.isFirst !== true
      ? []
      : [
          addToOutbox({
            id: `cardUsed ${certificate.card.id}`,
            kind: 'cardUsed',
            key: `cardUsed ${certificate.card.id}`,
            payload: { card: certificate.card.id, person: session.person, session: session.id, reference },
            notBefore: now,
          }),
        ],
  );

/** What a permitted login makes true, without the journey's own claim and rows and without the end of another's session. */
export function finishLogin(
  ports: JourneyPorts,
  journey: Journey,
  permit: Permit,
  situation: Situation,
  browser: Browser,
): Ended {
  const { now, live } = situation;
  const proven = journey.evidence.length > 0;
  if (!proven && live === undefined) {
    throw new Problem({ kind: 'internal', code: 'internal', detail: 'permit without proof or session' });
  }
  const carried =
    proven || live === undefined
      ? renew(ports, journey, permit, situation, browser)
      : carryOn(journey, live, permit, situation);
  const { session } = carried;
  const { request } = journey;
  const person = [live?.person, situation.facts.person].find((one) => one?.person.id === permit.person);
  const reach =
    // A SAML application is reached by its assertion, which says by which name the person is known there.
    request.frontend !== 'oidc'
      ? []
      : [
          reachApplication({
            session: session.id,
            application: request.application,
            issuer: request.issuer,
            subject: permit.person,
            at: now,
          }),
        ];
  // A card whose status could not be had: each login that a permission let through says so, the later ones too.
  const graces = permit.evidence.flatMap(({ certificate }) => certificate?.grace ?? []);
  const assignment = person?.assignments.find(({ id }) => id === permit.assignment);
  const old = wordBehind(situation.facts.stale?.get(permit.person), assignment);
  const body = {
    sso: !proven,
    assurance: permit.assurance,
    methods: permit.methods,
    evidence: permit.evidence.map(({ id }) => id),
    assignment: permit.assignment,
    ...(graces.length === 0 ? {} : { graces }),
    // The source does not answer: the login went by what it said so many minutes ago.
    ...(old && { oldData: { source: old.source, minutes: Math.floor((now - old.at) / 60_000) } }),
    explanation: explanationBody(permit.explanation),
  };
  return {
    writes: [...carried.writes, ...reach],
    events: [...carried.events, finished(journey, now, session, permit.organisation, body)],
    turn: {
      kind: 'done',
      request,
      outcome: { kind: 'granted', permit, session, reference: journey.reference, person },
      cookie: carried.cookie,
    },
  };
}
