// Faults of providers that ask a directory, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';

const at = ['provider', 'staff-directory'] as const;
const alternate = (more: object) =>
  set('domain.alternates', [{ attribute: 'employeeNumber', namespace: 'staff-number', prefix: 'HOS-', ...more }]);

export const passwordDomainFaults: readonly Fault[] = [
  ['passwordDomain.connector', ...at, set('domain', undefined), 'domain', /needs it/],
  ['passwordDomain.connector', ...at, set('connector', 'password'), 'domain', /connector password has none/],
  ['passwordDomain.connector', ...at, set('populations', ['own-cards']), 'populations', /no certificate/],
  ['passwordDomain.assurance', ...at, set('maximumAssurance', 'high'), 'maximumAssurance', /never high/],
  [
    'passwordDomain.namespaces',
    ...at,
    set('domain.subject.namespace', 'hub-account'),
    'domain.subject.namespace',
    /not a directory's/,
  ],
  [
    'passwordDomain.namespaces',
    ...at,
    alternate({ namespace: 'ad:other' }),
    'domain.alternates[0].namespace',
    /not a directory's/,
  ],
  [
    'passwordDomain.namespaces',
    ...at,
    alternate({ namespace: 'se-personnummer' }),
    'domain.alternates[0].namespace',
    /national/,
  ],
  [
    'passwordDomain.namespaces',
    ...at,
    alternate({ namespace: 'hsa-id', prefix: 'SE2321000016-' }),
    'domain.alternates[0].namespace',
    /twice/,
  ],
  ['passwordDomain.prefix', ...at, set('domain.subject.prefix', 'SE2'), 'domain.subject.prefix', /organisation number/],
  ['passwordDomain.attributes', ...at, set('domain.subject.attribute', 'Mail'), 'domain.subject.attribute', /for good/],
  ['passwordDomain.organisation', ...at, set('domain.organisation', 'x'), 'domain.organisation', /no organisation x/],
];
