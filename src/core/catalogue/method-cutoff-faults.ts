// Faults of method cut-offs, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';

const cutoff = ['methodCutoff', 'password-ends'] as const;

export const methodCutoffFaults: readonly Fault[] = [
  ['methodCutoff.references', ...cutoff, set('applications', ['x']), 'applications[0]', /no application x/],
  ['methodCutoff.references', ...cutoff, set('providers', ['x']), 'providers[0]', /no provider x/],
  ['methodCutoff.references', ...cutoff, set('organisations', ['x']), 'organisations[0]', /no organisation x/],
  [
    'methodCutoff.references',
    ...cutoff,
    set('order.0.when', { organisations: ['x'] }),
    'order[0].when.organisations[0]',
    /no organisation x/,
  ],
  [
    'methodCutoff.references',
    ...cutoff,
    set('exemptions.1.organisation', 'x'),
    'exemptions[1].organisation',
    /no organisation x/,
  ],
  ['methodCutoff.methods', ...cutoff, set('methods', []), 'methods', /name providers, methods, or a level/],
  [
    'methodCutoff.methods',
    ...cutoff,
    (doc) => Object.assign(doc, { methods: [], below: 'low' }),
    'methods',
    /name providers, methods, or a level/,
  ],
  [
    'methodCutoff.leavesAWay',
    ...cutoff,
    set('methods', ['password', 'smartcard', 'oidc', 'saml', 'directoryPassword']),
    'applications[0]',
    /no way into ehr is left/,
  ],
  ['methodCutoff.dates', ...cutoff, set('from', undefined), 'from', /say from when/],
  ['methodCutoff.dates', ...cutoff, set('from', '2030-02-30'), 'from', /calendar/],
  [
    'methodCutoff.exemptions',
    ...cutoff,
    set('exemptions.0.organisation', 'hospital'),
    'exemptions[0].person',
    /one person or one organisation/,
  ],
  [
    'methodCutoff.exemptions',
    ...cutoff,
    set('exemptions.1.organisation', undefined),
    'exemptions[1].person',
    /one person/,
  ],
  [
    'methodCutoff.exemptions',
    ...cutoff,
    set('exemptions.0.units', ['er']),
    'exemptions[0].units',
    /of an organisation/,
  ],
  ['methodCutoff.exemptions', ...cutoff, set('exemptions.0.until', '2030-02-30'), 'exemptions[0].until', /calendar/],
  [
    'methodCutoff.exemptions',
    ...cutoff,
    set('exemptions.0.until', '2029-12-31'),
    'exemptions[0].until',
    /excepts nobody/,
  ],
];
