// For each check on a step of a card, the cases that it alone refuses.
import type { Acting, Card, CardAction, CardFacts } from '../../src/core/ordering/index.ts';
import {
  acting,
  at,
  certificate,
  day,
  deputy,
  hub,
  manager,
  now,
  nurse,
  nursing,
  officer,
  old,
  profile,
  renewal,
  stranger,
  wished,
} from './ordering-facts.ts';

type Case = readonly [action: CardAction | 'order', given: Partial<CardFacts>];

export const byHand = [{ issuer: 'outside-ca', serial: '2a' }];
const ofMany: Card = { ...wished, orderedBy: 'olof', replaces: 'c0', renewalJob: 'j1' };
/** The holder with the old card. */
const shown = {
  card: { ...ofMany, state: 'approved' },
  others: [old],
  acting: nurse,
  input: { provenBy: 'c0' },
} as const;
/** For each check, cases that it alone refuses. */
export const refusedSteps: Readonly<Record<string, readonly Case[]>> = {
  'ordering.right': [
    ['order', { acting: stranger }],
    ['order', { acting: officer }],
    ['order', { card: { ...wished, temporary: true, replaces: 'c0' }, others: [old] }],
    ['order', { card: ofMany, others: [old], acting: manager }],
    ['approve', { acting: officer }],
    ['approve', { acting: hub }],
    ['approve', { acting: { ...deputy, person: { id: 'dag', closed: true } } as Acting }],
    ['approve', { acting: deputy, organisations: new Map() }],
    ['checkIdentity', { card: at('approved'), acting: manager, input: { document: 'passport' } }],
    ['receive', { card: at('made'), acting: officer }],
    ['certify', { card: at('requested'), acting: officer }],
    ['reportLost', { card: at('inUse'), acting: stranger, input: { ending: 'lost' } }],
  ],
  'ordering.profile': [['order', { profile: { ...profile, closed: true } }]],
  'ordering.revision': [['approve', { acting: deputy, seen: 7 }]],
  'ordering.step': [
    ['receive', { card: at('approved'), acting: nurse }],
    ['certify', { card: at('ended'), acting: hub }],
    ['resume', { card: at('ended'), acting: officer }],
    ['orderOutside', { card: at('approved'), acting: nurse }],
  ],
  'ordering.notForOneself': [
    ['order', { acting: acting('nina', 'card-orderer'), card: { ...wished, orderedBy: 'nina' } }],
    ['approve', { acting: acting('nina', 'card-orderer') }],
    [
      'checkIdentity',
      { card: at('approved'), acting: acting('nina', 'card-officer'), input: { document: 'passport' } },
    ],
    [
      'requestCertificates',
      { card: at('checked'), acting: acting('nina', 'card-officer'), input: { requests: ['MII='] } },
    ],
    ['resume', { card: at('suspended'), acting: acting('nina', 'card-officer') }],
    ['confirmByHand', { card: at('ended', { byHand }), acting: acting('nina', 'card-officer') }],
    ['makeAgain', { card: at('made'), acting: acting('nina', 'card-officer') }],
    ['handOver', { card: at('made', { temporary: true }), acting: acting('nina', 'card-officer') }],
    // An officer's own card among many, and that of the second one.
    ['order', { card: ofMany, others: [old], acting: acting('nina', 'card-officer'), input: { provenBy: 'c0' } }],
    ['order', { card: ofMany, others: [old], acting: officer, input: { approvedBy: 'nina' } }],
  ],
  'ordering.otherApprover': [['approve', { acting: manager }]],
  'ordering.dualControl': [
    [
      'requestCertificates',
      {
        card: at('checked', { checkedBy: 'olof' }),
        profile: { ...profile, dualControl: true },
        acting: officer,
        input: { requests: ['MII='] },
      },
    ],
  ],
  'ordering.holder': [
    ['order', { holder: { id: 'nina', closed: true } }],
    ['order', { holder: undefined }],
    ['certify', { card: at('requested'), acting: hub, holder: { id: 'nina', closed: true } }],
  ],
  'ordering.employed': [
    ['order', { assignments: [] }],
    ['order', { assignments: [{ id: 'a', person: 'nina', organisation: 'other', role: 'nurse' }] }],
    [
      'resume',
      {
        card: at('suspended'),
        acting: officer,
        assignments: [{ id: 'a', person: 'nina', organisation: 'hospital', role: 'nurse', until: now }],
      },
    ],
  ],
  'ordering.one': [
    ['order', { others: [at('suspended', { id: 'c9' })] }],
    [
      'order',
      {
        card: { ...wished, temporary: true, replaces: 'c0' },
        acting: officer,
        others: [old, at('checked', { id: 'c9', temporary: true })],
      },
    ],
  ],
  'ordering.replaces': [
    ['order', { card: { ...wished, replaces: 'c0' } }],
    ['order', { card: { ...wished, replaces: 'c0' }, others: [{ ...old, holder: 'lars' }] }],
    ['order', { card: { ...wished, temporary: true }, acting: officer }],
    [
      'order',
      {
        card: { ...wished, temporary: true, replaces: 'c0' },
        acting: officer,
        others: [at('ended', { id: 'c0', ending: 'misuse' })],
      },
    ],
    [
      'order',
      {
        card: { ...wished, temporary: true, replaces: 'c0' },
        acting: officer,
        profile: { ...profile, flow: 'outside' },
        others: [old],
      },
    ],
    [
      'order',
      { card: { ...wished, temporary: true, replaces: 'c0' }, acting: officer, others: [{ ...old, temporary: true }] },
    ],
  ],
  'ordering.renewal': [
    ['order', { card: renewal, others: [old], acting: nurse }],
    [
      'order',
      {
        card: renewal,
        others: [{ ...old, certificates: [certificate(now + 61 * day)] }],
        acting: nurse,
        input: { provenBy: 'c0' },
      },
    ],
    [
      'order',
      {
        card: renewal,
        others: [{ ...old, certificates: [certificate(now)] }],
        acting: nurse,
        input: { provenBy: 'c0' },
      },
    ],
    ['order', { card: renewal, others: [{ ...old, state: 'suspended' }], acting: nurse, input: { provenBy: 'c0' } }],
  ],
  'ordering.renewable': [
    ['order', { card: ofMany, others: [{ ...old, state: 'suspended' }], acting: officer }],
    ['order', { card: ofMany, others: [{ ...old, certificates: [certificate(now)] }], acting: officer }],
  ],
  'ordering.oldCard': [
    ['proveByCard', { card: { ...ofMany, state: 'approved' }, others: [old], acting: nurse }],
    ['proveByCard', { ...shown, others: [{ ...old, state: 'suspended' }] }],
    ['proveByCard', { ...shown, others: [{ ...old, certificates: [certificate(now)] }] }],
    // Ordered by a manager in place of a card: that wants a counter.
    ['proveByCard', { ...shown, card: at('approved', { replaces: 'c0' }) }],
  ],
  // Nobody gave them an HSA-ID yet; or elsewhere.
  'ordering.identity': [
    { ...nursing, hsaId: undefined },
    { ...nursing, id: 'a2', organisation: 'clinic' },
  ].map((other) => [
    'orderOutside',
    {
      card: at('approved'),
      acting: nurse,
      profile: { ...profile, flow: 'outside' },
      assignments: [{ ...nursing, hsaId: undefined }, other],
    },
  ]),
  'ordering.notExpired': [
    ['suspend', { card: at('inUse', { certificates: [certificate(now)] }), acting: nurse }],
    ['resume', { card: at('suspended', { certificates: [certificate(now)] }), acting: officer }],
    ['receive', { card: at('made', { certificates: [certificate(now - 1)] }), acting: nurse }],
    ['handOver', { card: at('made', { temporary: true, certificates: [certificate(now)] }), acting: officer }],
  ],
  'ordering.expired': [
    ['expire', { card: at('inUse', { certificates: [certificate(now + 1)] }), acting: hub }],
    ['expire', { card: at('inUse', { certificates: [certificate(now - 1), certificate(now + 1)] }), acting: hub }],
  ],
  'ordering.document': [
    ['checkIdentity', { card: at('approved'), acting: officer }],
    ['checkIdentity', { card: at('approved'), acting: officer, input: { document: 'knownPerson' } }],
  ],
  'ordering.keys': [
    ['requestCertificates', { card: at('checked'), acting: officer, input: { requests: [] } }],
    ['requestCertificates', { card: at('checked'), acting: officer, input: { requests: ['MII=', 'MII='] } }],
  ],
  'ordering.softCard': [
    ['requestCertificates', { card: at('checked'), acting: officer, input: { requests: ['MII='], soft: true } }],
  ],
  'ordering.handOver': [['handOver', { card: at('made'), acting: officer }]],
  'ordering.toBeReplaced': [
    ['toBeReplaced', { card: at('inUse', { replaceBy: now + day }), acting: hub, input: { replaceBy: now + 2 * day } }],
    ['toBeReplaced', { card: at('inUse'), acting: hub }],
  ],
  'ordering.byHand': [
    ['confirmByHand', { card: at('ended'), acting: officer }],
    ['leaveByHand', { card: at('ended', { byHand }), acting: hub, input: { byHand } }],
  ],
  'ordering.reason': [
    ['end', { card: at('inUse'), acting: officer }],
    ['reportLost', { card: at('inUse'), acting: nurse, input: { ending: 'misuse' } }],
    ['decline', { acting: deputy, input: { reason: ' ' } }],
  ],
};
