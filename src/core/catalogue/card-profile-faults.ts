// Faults of card profiles, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';

const kind = 'cardProfile' as const;

export const cardProfileFaults: readonly Fault[] = [
  ['cardProfile.population', kind, 'staff-card', set('population', 'nowhere'), 'population', /no population nowhere/],
  ['cardProfile.identifier', kind, 'staff-card', set('identifier', 'hsa-id'), 'identifier', /reads no hsa-id/],
  [
    'cardProfile.account',
    kind,
    'staff-card',
    (doc) => Object.assign(doc, { account: 'nowhere', certificates: [{ profile: 'login', fields: ['upn'] }] }),
    'account',
    /no account target nowhere/,
  ],
  [
    'cardProfile.principal',
    kind,
    'staff-card',
    set('account', 'region-ad'),
    'account',
    /no certificate of it is told the upn/,
  ],
  ['cardProfile.certificates', kind, 'staff-card', set('certificates', []), 'certificates', /name the certificate/],
  ['cardProfile.madeOutside', kind, 'staff-card', set('flow', 'outside'), 'certificates', /made outside/],
  ['cardProfile.identity', kind, 'staff-card', set('identityDocuments', []), 'identityDocuments', /at the counter/],
  [
    'cardProfile.softCard',
    kind,
    'staff-card',
    (doc) => Object.assign(doc, { flow: 'outside', softCard: true }),
    'softCard',
    /no soft card of ours/,
  ],
];
