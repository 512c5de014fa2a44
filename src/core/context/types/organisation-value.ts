// The organisation number in `helseid_authorization`: parent and child in one text, or a child alone.
import type { FaultCode } from '../fault.ts';

/** Whom a request is on behalf of. */
export interface NamedOrganisation {
  readonly parent?: string | undefined;
  readonly child?: string | undefined;
}

export type OrganisationReading =
  | ({ readonly ok: true } & NamedOrganisation)
  | { readonly ok: false; readonly code: FaultCode; readonly text: string };

const pairSystem = 'urn:oid:1.0.6523';
/** The register of units; the second spelling stands in old documents and samples. */
const unitSystems: ReadonlySet<string> = new Set([
  'urn:oid:2.16.578.1.12.4.1.4.101',
  'urn:oid:2.16.578.1.12.4.1.2.101',
]);
const pairPrefix = 'NO:ORGNR:';

/** Nine digits: the check digit is the register's business. */
export const isOrganisationNumber = (text: string): boolean => /^\d{9}$/.test(text);

/** Reads `NO:ORGNR:parent:child` (the child, and the colon before it, may be left out) or a child's number alone. */
export function readOrganisation(system: string, value: string): OrganisationReading {
  if (unitSystems.has(system)) return isOrganisationNumber(value) ? { ok: true, child: value } : badNumber;
  if (system !== pairSystem || !value.startsWith(pairPrefix)) {
    return { ok: false, code: 'HID-1007', text: 'system and value of the identifier do not go together' };
  }
  const [parent = '', child = '', ...more] = value.slice(pairPrefix.length).split(':');
  if (more.length > 0) return { ok: false, code: 'HID-1007', text: 'the value is NO:ORGNR:parent:child' };
  if (!isOrganisationNumber(parent) || (child !== '' && !isOrganisationNumber(child))) return badNumber;
  return { ok: true, parent, child: child === '' ? undefined : child };
}

const badNumber: OrganisationReading = {
  ok: false,
  code: 'HID-1004',
  text: 'an organisation number is nine digits without spaces and letters',
};
