// What a certificate must state besides, to be shown by a person at a login: its uses, and those of its authorities.
import { firstOn, type PathCheck } from './path-checks.ts';

const anyUsage = '2.5.29.37.0';
const serverAuthentication = '1.3.6.1.5.5.7.3.1';
export const clientAuthentication = '1.3.6.1.5.5.7.3.2';

/** The leaf carries every usage that is asked for, and its authorities may issue for them. */
export const usageChecks: readonly PathCheck[] = [
  {
    name: 'clientAuthentication',
    clause: 'RFC 5280 4.2.1.12',
    test: ({ path, usages }) => {
      const missing = usages.filter((oid) => !path[0]?.extendedKeyUsage?.includes(oid));
      return missing.length === 0 ? undefined : `extended key usage lacks ${missing.join(', ')}`;
    },
  },
  {
    name: 'authoritiesMayIssueForClients',
    clause: 'CA/Browser Forum BR 7.1.2.10.6: an authority with extended key usages issues only for those',
    test: ({ path, usages }) =>
      firstOn(
        path,
        ({ extendedKeyUsage: stated }, index) =>
          index > 0 &&
          stated !== undefined &&
          !stated.includes(anyUsage) &&
          !usages.every((oid) => stated.includes(oid)),
        'may not issue for this use',
      ),
  },
];

export const personChecks: readonly PathCheck[] = [
  {
    name: 'leafIsNoCa',
    clause: 'RFC 5280 4.2.1.9',
    test: ({ path }) => (path[0]?.basicConstraints?.ca ? 'the certificate is a CA' : undefined),
  },
  {
    name: 'digitalSignature',
    clause: 'RFC 5280 4.2.1.3; a card has a second certificate for signing only',
    test: ({ path }) =>
      path[0]?.keyUsage?.has('digitalSignature') ? undefined : 'key usage does not allow authentication',
  },
  {
    name: 'notServer',
    clause: 'RFC 5280 4.2.1.12; a server is not a person',
    test: ({ path }) =>
      path[0]?.extendedKeyUsage?.includes(serverAuthentication) ? 'the certificate is for a server' : undefined,
  },
  ...usageChecks,
  {
    name: 'authoritiesStateUse',
    clause: 'RFC 5280 4.2.1.3: a CA states its key usage; an anchor gives its name and key only (6.1.1 (d))',
    test: ({ path }) =>
      firstOn(
        path.slice(0, -1),
        ({ keyUsage }, index) => index > 0 && keyUsage === undefined,
        'does not state that it may sign certificates',
      ),
  },
];
