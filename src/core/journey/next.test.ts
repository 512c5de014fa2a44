// The journey as a table: facts in, step out. Nothing is loaded and nothing is saved.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../../../test/fakes/login-user.ts';
import {
  anna,
  api,
  application,
  bo,
  cecilia,
  closedDan,
  ehr,
  hour,
  minute,
  morning,
  proof,
  record,
  snapshot,
} from '../../../test/fakes/ward.ts';
import { type ApiLimits, defaultLifetimes } from '../catalogue/index.ts';
import type { PersonFacts } from '../directory/index.ts';
import type { Evidence } from '../linking/index.ts';
import { candidatesFor, cutoffsFor, rulesFor } from '../policy/index.ts';
import { startSession } from '../sessions/index.ts';
import type { Journey, LoginRequest } from './journey.ts';
import { type Answer, type JourneyFacts, next } from './next.ts';

/** The journeys of the table begin two hours after `morning`, when session proof was made. */
const begun = morning + 2 * hour;
const now = begun + minute;
interface Row {
  readonly request?: Partial<LoginRequest>;
  readonly journey?: Partial<Journey>;
  /** The browser's live session: whose, and what proved it. */
  readonly session?: readonly [PersonFacts, ...Evidence[]];
  readonly chosen?: string;
  readonly cards?: 'good' | 'unknown';
  /** Whom this journey proved, and with what. */
  readonly proven?: readonly [PersonFacts, ...Evidence[]];
  readonly device?: 'fixed' | 'portable' | 'unknown';
  readonly application?: typeof ehr | 'unknown';
  readonly subjects?: Readonly<Record<string, string>>;
  /** Limits of the API that the login is for. */
  readonly limits?: ApiLimits;
  readonly step: string;
}

function answerOf(row: Row): Answer {
  const apis = row.limits === undefined ? [] : ['journal'];
  const catalogue = snapshot({ apis: new Map([['journal', api('journal', { limits: row.limits ?? {} })]]) });
  const app = row.application ?? ehr;
  const [holder, ...shown] = row.proven ?? [];
  const journey: Journey = {
    id: 'j',
    version: 1,
    request: request(row.request),
    browser: 'b',
    createdAt: begun,
    expiresAt: begun + 15 * minute,
    reference: 'REF',
    evidence: shown,
    person: holder?.person.id,
    ignoreSession: false,
    ended: false,
    ...row.journey,
  };
  const [owner, ...kept] = row.session ?? [];
  const where = { device: row.device ?? 'fixed', deviceSource: 'network' } as const;
  const given = { id: 's', person: owner?.person.id ?? '', evidence: kept, assignment: row.chosen, where, agent: '' };
  const session = owner && startSession(given, defaultLifetimes, morning);
  const facts: JourneyFacts = {
    application: app === 'unknown' ? undefined : app,
    candidates: app === 'unknown' ? [] : candidatesFor(app, catalogue),
    apis,
    rules: rulesFor(catalogue, apis),
    assignmentConflicts: [...catalogue.assignmentConflicts.values()],
    where,
    cutoffs: cutoffsFor(catalogue, 'ehr'),
    ...{ highReuseSeconds: 14_400, catalogueRevision: 7 },
    session: session && owner ? { session, person: owner, cards: row.cards ?? 'good' } : undefined,
    person: holder,
    subjects: new Map(Object.entries(row.subjects ?? {})),
  };
  return next(journey, facts, now);
}

function text({ step, error, assignment }: Answer): string {
  switch (step.kind) {
    case 'choose':
      return `choose ${step.providers.join(' ')}${step.why ? ` because ${step.why.reason}` : ''}`;
    case 'prove': {
      const others = step.alternatives.length > 0 ? ` or ${step.alternatives.join(' ')}` : '';
      return `prove ${step.provider}${others}${step.why ? ` because ${step.why.reason}` : ''}`;
    }
    case 'chooseAssignment':
      return `chooseAssignment ${step.assignments.join(' ')}`;
    case 'tell':
      return `tell ${step.news.map(({ link, what }) => `${what} ${link}`).join(' ')}`;
    case 'ready':
    case 'finish':
      return `${step.kind}${assignment ? ` as ${assignment.id}` : ''}`;
    case 'fail':
      return `fail ${step.reason}: ${error}`;
  }
}

/** Bo with a number of the register. */
const withHpr: PersonFacts = { ...bo, assignments: bo.assignments.map((each) => ({ ...each, hprNumber: '1' })) };
const here = { provenAt: now };
const needing = application('needing', { requireAssignment: true });
const substantial = application('substantial', { minimumAssurance: 'substantial' });

const tables: Record<string, Record<string, Row>> = {
  'nobody yet': {
    'several ways': { step: 'choose card password' },
    'one was picked': { journey: { provider: 'password' }, step: 'prove password or card' },
    'a pick that is not possible': { journey: { provider: 'x' }, step: 'choose card password' },
    'one was wished': { request: { wishedProviders: ['password'] }, step: 'prove password or card' },
    'a picked one goes before a wished one': {
      request: { wishedProviders: ['password'] },
      journey: { provider: 'card' },
      step: 'prove card or password',
    },
    'the first wish that can be met': {
      request: { wishedProviders: ['x', 'card', 'password'] },
      step: 'prove card or password',
    },
    'a method was wished': { request: { wishedMethods: ['pwd'] }, step: 'prove password or card' },
    'a method by the name of its provider': { request: { wishedMethods: ['card'] }, step: 'prove card or password' },
    'wishes that nobody knows': {
      request: { wishedProviders: ['x'], wishedMethods: ['y'] },
      step: 'choose card password',
    },
    'a wish never widens what the level allows': {
      application: record,
      request: { wishedProviders: ['password'], wishedMethods: ['pwd'] },
      step: 'prove card',
    },
    'a wish never widens what the application allows': {
      application: { ...ehr, providers: ['password'] },
      request: { wishedProviders: ['card'] },
      step: 'prove password',
    },
    'one way only': { application: record, step: 'prove card' },
    'portable device (H4)': { device: 'portable', step: 'prove card because policy.methodNotAllowed' },
    'unknown device (H4)': { device: 'unknown', step: 'prove card because policy.methodNotAllowed' },
    'no way on this device': {
      device: 'portable',
      application: { ...ehr, providers: ['password'] },
      step: 'fail policy.noWayToReach: assuranceNotReached',
    },
    'the request asks for more than there is': {
      application: { ...ehr, providers: ['password'] },
      request: { assurance: 'high' },
      step: 'fail policy.noWayToReach: assuranceNotReached',
    },
    'unknown application': { application: 'unknown', step: 'fail request.unknownApplication: denied' },
    'closed application': { application: { ...ehr, closed: true }, step: 'fail policy.applicationClosed: denied' },
    passive: { request: { passive: true }, step: 'fail policy.notLoggedIn: loginRequired' },
  },
  'a session': {
    'strong enough': { session: [bo, proof('bo', 'password')], step: 'finish as bo@hospital' },
    'too weak': {
      session: [bo, proof('bo', 'password')],
      application: substantial,
      step: 'prove card because policy.assuranceTooLow',
    },
    'too weak, passive': {
      session: [bo, proof('bo', 'password')],
      application: substantial,
      request: { passive: true },
      step: 'fail policy.assuranceTooLow: loginRequired',
    },
    'by a method that the rule does not allow (H4)': {
      session: [anna, proof('anna', 'password')],
      step: 'prove card because policy.methodNotAllowed',
    },
    'too old': {
      session: [bo, proof('bo', 'simple')],
      request: { maxAge: 3600 },
      step: 'choose card password because policy.tooOld',
    },
    'old enough': { session: [bo, proof('bo', 'simple')], request: { maxAge: 7260 }, step: 'finish as bo@hospital' },
    'fresh proof wanted': {
      session: [bo, proof('bo', 'simple')],
      request: { fresh: true },
      step: 'choose card password because policy.fresh',
    },
    'max_age 0 is fresh': {
      session: [bo, proof('bo', 'simple', here)],
      request: { maxAge: 0 },
      step: 'choose card password because policy.fresh',
    },
    'account to be chosen': {
      session: [bo, proof('bo', 'simple')],
      request: { chooseAgain: true },
      step: 'choose card password',
    },
    'not me': { session: [bo, proof('bo', 'simple')], journey: { ignoreSession: true }, step: 'choose card password' },
    'of another than expected by pseudonym': {
      session: [bo, proof('bo', 'simple')],
      request: { expectedSubject: 'x' },
      subjects: { bo: 'y' },
      step: 'choose card password',
    },
    'of whom is expected by pseudonym': {
      session: [bo, proof('bo', 'simple')],
      request: { expectedSubject: 'y' },
      subjects: { bo: 'y' },
      step: 'finish as bo@hospital',
    },
    'of a person without the expected HPR number': {
      session: [bo, proof('bo', 'simple')],
      request: { expectedHprNumber: '1' },
      step: 'choose card password',
    },
    'of another than expected': {
      session: [bo, proof('bo', 'simple')],
      request: { expectedSubject: 'anna' },
      step: 'choose card password',
    },
    'card not checkable': {
      session: [bo, proof('bo', 'simple')],
      cards: 'unknown',
      step: 'fail policy.cardRecheckFailed: denied',
    },
    'card not checkable, passive': {
      session: [bo, proof('bo', 'simple')],
      cards: 'unknown',
      request: { passive: true },
      step: 'fail policy.cardRecheckFailed: loginRequired',
    },
    'card not checkable, but a password carries it': {
      session: [bo, proof('bo', 'simple'), proof('bo', 'password')],
      cards: 'unknown',
      step: 'finish as bo@hospital',
    },
    'of a closed person': { session: [closedDan, proof('dan', 'simple')], step: 'fail person.closed: denied' },
  },
  'proven here': {
    enough: { proven: [bo, proof('bo', 'password', here)], step: 'finish as bo@hospital' },
    'not enough': {
      proven: [bo, proof('bo', 'simple', here)],
      application: record,
      step: 'prove card because policy.assuranceTooLow',
    },
    'more than the session had': {
      session: [bo, proof('bo', 'password')],
      proven: [bo, proof('bo', 'advanced', here)],
      application: record,
      step: 'finish as bo@hospital',
    },
    'together with the session, which is stronger': {
      session: [bo, proof('bo', 'simple')],
      proven: [bo, proof('bo', 'password', here)],
      application: substantial,
      step: 'finish as bo@hospital',
    },
    'by another than the session: nothing of it counts': {
      session: [anna, proof('anna', 'advanced')],
      proven: [bo, proof('bo', 'password', here)],
      application: record,
      step: 'prove card because policy.assuranceTooLow',
    },
    'by another than expected by pseudonym': {
      proven: [bo, proof('bo', 'password', here)],
      request: { expectedSubject: 'x' },
      subjects: { bo: 'y' },
      step: 'fail policy.denied: denied',
    },
    'by our own id where a pseudonym is expected': {
      proven: [bo, proof('bo', 'password', here)],
      request: { expectedSubject: 'bo' },
      subjects: { bo: 'y' },
      step: 'fail policy.denied: denied',
    },
    'by a person without the expected HPR number': {
      proven: [bo, proof('bo', 'password', here)],
      request: { expectedHprNumber: '1' },
      step: 'fail policy.denied: denied',
    },
    'by the holder of the expected HPR number': {
      proven: [withHpr, proof('bo', 'password', here)],
      request: { expectedHprNumber: '1' },
      step: 'finish as bo@hospital',
    },
    'by another than expected': {
      proven: [bo, proof('bo', 'password', here)],
      request: { expectedSubject: 'anna' },
      step: 'fail policy.denied: denied',
    },
    'before this login, when fresh proof is wanted': {
      proven: [bo, proof('bo', 'password')],
      request: { fresh: true },
      step: 'choose card password because policy.fresh',
    },
    'by a closed person': { proven: [closedDan, proof('dan', 'simple', here)], step: 'fail person.closed: denied' },
    'evidence of nobody': {
      journey: { evidence: [proof('bo', 'advanced', here)] },
      step: 'choose card password because policy.assuranceTooLow',
    },
    'a person who is gone': { journey: { person: 'gone' }, step: 'fail person.unknown: denied' },
  },
  assignments: {
    'several, none needed': { session: [cecilia, proof('cecilia', 'password')], step: 'finish' },
    'several, one needed': {
      session: [cecilia, proof('cecilia', 'password')],
      application: needing,
      step: 'chooseAssignment cecilia@hospital cecilia@clinic',
    },
    'the proof comes before the choice': {
      session: [cecilia, proof('cecilia', 'password')],
      application: { ...needing, minimumAssurance: 'high' },
      step: 'prove card because policy.assuranceTooLow',
    },
    'chosen here': {
      session: [cecilia, proof('cecilia', 'password')],
      journey: { assignment: 'cecilia@clinic' },
      application: needing,
      step: 'finish as cecilia@clinic',
    },
    'chosen earlier': {
      session: [cecilia, proof('cecilia', 'password')],
      chosen: 'cecilia@clinic',
      application: needing,
      step: 'finish as cecilia@clinic',
    },
    "somebody else's": {
      session: [cecilia, proof('cecilia', 'password')],
      journey: { assignment: 'bo@hospital' },
      application: needing,
      step: 'chooseAssignment cecilia@hospital cecilia@clinic',
    },
    'only one within the organisation of the application': {
      session: [cecilia, proof('cecilia', 'password')],
      application: { ...needing, organisation: 'region' },
      step: 'finish as cecilia@hospital',
    },
    'none within it': {
      session: [bo, proof('bo', 'password')],
      application: { ...needing, organisation: 'clinic' },
      step: 'fail policy.notMember: denied',
    },
    'none at all': {
      session: [{ ...bo, assignments: [] }, proof('bo', 'password')],
      application: needing,
      step: 'fail policy.noAssignment: denied',
    },
    'to be chosen, passive': {
      session: [cecilia, proof('cecilia', 'password')],
      application: needing,
      request: { passive: true },
      step: 'fail policy.noAssignment: interactionRequired',
    },
  },
  'limits of an API': {
    'of the organisation, before anybody has logged in': {
      limits: { organisations: ['clinic'] },
      step: 'choose card password',
    },
    'of the organisation, which is still to be chosen': {
      session: [cecilia, proof('cecilia', 'password')],
      limits: { organisations: ['clinic'] },
      step: 'chooseAssignment cecilia@hospital cecilia@clinic',
    },
    'of the organisation, the other one chosen': {
      session: [cecilia, proof('cecilia', 'password')],
      journey: { assignment: 'cecilia@hospital' },
      limits: { organisations: ['clinic'] },
      step: 'fail policy.organisationNotAllowed: denied',
    },
    'of the role, which is not looked for where there is but one': {
      session: [bo, proof('bo', 'password')],
      limits: { roles: ['nurse'] },
      step: 'fail policy.roleNotAllowed: denied',
    },
    'of the network, for everybody': {
      limits: { networks: ['guest'] },
      step: 'fail policy.networkNotAllowed: denied',
    },
  },
};

for (const [name, rows] of Object.entries(tables)) {
  describe(name, () => {
    for (const [title, row] of Object.entries(rows)) {
      test(`${title}: ${row.step}`, () => {
        const answer = answerOf(row);
        assert.equal(text(answer), row.step);
        assert.equal(answer.error !== undefined, answer.step.kind === 'fail');
        assert.equal(answer.step.kind === 'finish', answer.decision?.kind === 'permit');
      });
    }
  });
}
