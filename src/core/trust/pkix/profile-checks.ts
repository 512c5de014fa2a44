// What RFC 5280 section 4 has conforming CAs do and section 6 does not ask again: held where no population vouches for the CA.
import { type Certificate, extensionOids, type GeneralName, isSelfIssued } from '../../../base/x509/index.ts';
import { firstOn, type PathCheck } from './path-checks.ts';
import type { SignatureWork } from './signature-work.ts';

const isCa = ({ basicConstraints }: Certificate): boolean => basicConstraints?.ca === true;

const { authorityKeyIdentifier, subjectKeyIdentifier, authorityInfoAccess } = extensionOids;
const neverCritical: readonly string[] = [authorityKeyIdentifier, subjectKeyIdentifier, authorityInfoAccess];
/** Of an anchor that names the key that signed it, though it need not: it must be right. */
const namesAnotherKey = (anchor: Certificate, work: SignatureWork): boolean =>
  anchor.authorityKeyId === undefined ||
  (anchor.authorityKeyId !== anchor.subjectKeyId && work.verifies(anchor, anchor));

const isAscii = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);
const dnsName =
  /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/;

function isWellFormed(name: GeneralName): boolean {
  if (name.kind === 'dns')
    return (
      name.value.length <= 255 && name.value.split('.').every((label) => label.length <= 63) && dnsName.test(name.value)
    );
  if (name.kind === 'email') return isAscii(name.value) && /^[^@]+@[^@]+$/.test(name.value);
  if (name.kind === 'uri') return isAscii(name.value) && /^[A-Za-z][A-Za-z0-9+.-]*:/.test(name.value);
  return name.kind !== 'ip' || name.octets.length === 4 || name.octets.length === 16;
}

export const profileChecks: readonly PathCheck[] = [
  {
    name: 'keyIdentifiers',
    clause: 'RFC 5280 4.2.1.1, 4.2.1.2: a CA names its key, and what it issues names the key that signed',
    test: ({ path, work }) =>
      firstOn(
        path,
        (each, index) =>
          (index > 0 && each.subjectKeyId === undefined) ||
          (index === path.length - 1 && isSelfIssued(each)
            ? each.stated.has(authorityKeyIdentifier) && namesAnotherKey(each, work)
            : each.authorityKeyId === undefined),
        'lacks a key identifier, or has a wrong one',
      ),
  },
  {
    name: 'criticality',
    clause: 'RFC 5280 4.2.1.1, 4.2.1.2, 4.2.1.10, 4.2.2.1; 4.2.1.9 of an anchor',
    test: ({ path }) =>
      firstOn(
        path,
        ({ stated }, index) =>
          neverCritical.some((oid) => stated.get(oid) === true) ||
          stated.get(extensionOids.nameConstraints) === false ||
          // Of an authority below, PKITS 4.6.4 has it taken.
          (index === path.length - 1 && stated.get(extensionOids.basicConstraints) !== true),
        'has an extension critical that must not be, or the other way about',
      ),
  },
  {
    name: 'authorityUse',
    clause: 'RFC 5280 4.2.1.3, 4.2.1.9, 4.2.1.10: CA, keyCertSign and constraints go together',
    test: ({ path }) =>
      firstOn(
        path,
        (each) =>
          (each.keyUsage !== undefined && each.keyUsage.has('keyCertSign') !== isCa(each)) ||
          (!isCa(each) && (each.nameConstraints !== undefined || each.basicConstraints?.pathLength !== undefined)),
        'is half an authority',
      ),
  },
  {
    name: 'subjects',
    clause: 'RFC 5280 4.1.2.4, 4.1.2.6, 4.2.1.6: an issuer has a name; a subject without has a critical alternative',
    test: ({ path }) =>
      firstOn(
        path,
        ({ subject, issuer, stated }, index) =>
          issuer.rdns.length === 0 ||
          (subject.rdns.length === 0 && (index > 0 || stated.get(extensionOids.subjectAltName) !== true)),
        'has no name where it must',
      ),
  },
  {
    name: 'alternativeNames',
    clause: 'RFC 5280 4.2.1.6, 7.2, 7.4, 7.5: names in the form of their kind, in ASCII',
    test: ({ path }) =>
      firstOn(path, ({ alternativeNames }) => !alternativeNames.every(isWellFormed), 'has a name that is none'),
  },
];
