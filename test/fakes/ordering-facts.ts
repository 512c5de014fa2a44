// People, a card and its facts, for tests of the decisions on cards.
import assert from 'node:assert/strict';
import type { CardProfile } from '../../src/core/catalogue/index.ts';
import type { Administration, AdministrationRole, Assignment, Organisation } from '../../src/core/directory/index.ts';
import type { Acting, Card, CardDecision, CardFacts } from '../../src/core/ordering/index.ts';

export const day = 86_400_000;
export const now = Date.UTC(2027, 0, 4);
const grant = (person: string, role: AdministrationRole): Administration => ({
  id: `${person} ${role}`,
  person,
  role,
  scope: { kind: 'organisation', organisation: 'hospital' },
  from: now - day,
  until: now + 3650 * day,
  grantedBy: 'root@host',
  reason: 'Head of ward',
});
export const acting = (id: string, ...roles: AdministrationRole[]): Acting => ({
  kind: 'person',
  person: { id, closed: false },
  grants: roles.map((role) => grant(id, role)),
});
export const manager = acting('mona', 'card-orderer');
export const deputy = acting('dag', 'card-orderer');
export const officer = acting('olof', 'card-officer');
export const second = acting('siri', 'card-officer');
export const nurse = acting('nina');
export const stranger = acting('sture');
export const hub: Acting = { kind: 'hub' };

/** Where Nina works. */
export const nursing: Assignment = {
  id: 'a1',
  person: 'nina',
  organisation: 'hospital',
  role: 'nurse',
  hsaId: 'SE2321000156-NINA',
};

export const profile: CardProfile = {
  id: 'staff-card',
  name: { en: 'Staff card' },
  flow: 'own',
  issuer: 'own',
  population: 'own-cards',
  certificates: [{ profile: 'login', fields: ['commonName', 'serialNumber'] }],
  identifier: 'hsa-id',
  country: 'SE',
  approval: true,
  softCard: false,
  dualControl: false,
  identityDocuments: ['passport'],
  validityDays: 1095,
  temporaryHours: 24,
  renewBeforeDays: 60,
  endsBy: ['employmentEnded'],
  nameChange: 'keep',
  nameChangeDays: 30,
  closed: false,
};
export const certificate = (notAfter = now + 1000 * day) => ({
  profile: 'login',
  issuer: 'own',
  serial: '2a',
  fingerprint: 'a'.repeat(64),
  notBefore: now,
  notAfter,
});
export const wished: Card = {
  id: 'c1',
  profile: 'staff-card',
  holder: 'nina',
  organisation: 'hospital',
  state: 'ordered',
  revision: 1,
  orderedBy: 'mona',
  orderedAt: now,
  temporary: false,
  requests: [],
  certificates: [],
  byHand: [],
};
const hospital: Organisation = { id: 'hospital', name: 'Hospital', closed: false };
export const facts = (given: Partial<CardFacts>): CardFacts => ({
  now,
  card: wished,
  profile,
  acting: manager,
  holder: { id: 'nina', closed: false },
  assignments: [nursing],
  organisations: new Map([['hospital', hospital]]),
  others: [],
  input: {},
  ...given,
});
export const done = (decision: CardDecision) => {
  assert.ok(decision.kind === 'done', JSON.stringify(decision));
  return decision;
};
export const at = (state: Card['state'], given: Partial<Card> = {}): Card => ({
  ...wished,
  state,
  ...(['made', 'received', 'inUse', 'suspended'].includes(state) ? { certificates: [certificate()] } : {}),
  ...given,
});
export const old = at('inUse', { id: 'c0', certificates: [certificate(now + 30 * day)] });
export const renewal: Card = { ...wished, orderedBy: 'nina', replaces: 'c0' };
