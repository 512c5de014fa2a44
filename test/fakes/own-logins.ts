// A person's ways to log in, as the portal would show them.
import type { OwnLogin } from '../../src/edge/web/portal/index.ts';

/** Anna's ways to log in: two that she was given, one that she added, and one that was taken away lately. */
export const ownLogins: readonly OwnLogin[] = [
  {
    id: 'l1',
    namespace: 'se-personnummer',
    source: 'apply',
    since: Date.UTC(2026, 0, 7, 8, 0),
    usedAt: Date.UTC(2027, 0, 4, 6, 55),
  },
  { id: 'l2', namespace: 'hub-account', value: 'anna', source: 'person', since: Date.UTC(2026, 2, 2, 9, 0) },
  {
    id: 'l3',
    namespace: 'oidc:eid',
    provider: 'eid',
    source: 'self',
    since: Date.UTC(2027, 0, 2, 12, 0),
    ceiling: 'substantial',
  },
  {
    id: 'l4',
    namespace: 'oidc:eid',
    provider: 'eid',
    source: 'self',
    since: Date.UTC(2026, 5, 1, 12, 0),
    until: Date.UTC(2027, 0, 1, 12, 0),
    endedBy: 'administrator',
  },
];
