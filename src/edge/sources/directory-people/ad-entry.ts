// What Active Directory alone writes of an entry: its GUID, whether the account is enabled, when it expires, and its groups.
import type { Entry } from 'ldapts';
import { fromFiletime } from '../../../base/filetime.ts';
import { nameKey, type Standing, valuesOf } from './entry.ts';

export const adBinaryAttributes = ['objectGUID', 'invocationId'];
export const adAttributes = ['objectGUID', 'memberOf', 'userAccountControl', 'accountExpires'];

/** ADS_UF_ACCOUNTDISABLE (MS-ADTS 2.2.16). */
const disabled = 2;

/** A GUID as the directory's own tools write it (MS-DTYP 2.3.4.3). */
export function guidText(bytes: Buffer): string {
  const swapped = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes.subarray(at, at + 1));
  const hex = Buffer.concat(swapped).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The bytes that such a text stands for; undefined when it is none. */
export function guidBytes(text: string): Buffer | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return undefined;
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  return Buffer.concat([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes.subarray(at, at + 1)));
}

/** The entry's own id. */
export function objectOf(entry: Entry): string {
  const value = [entry['objectGUID'] ?? []].flat()[0];
  return Buffer.isBuffer(value) && value.length === 16 ? guidText(value) : '';
}

export function adStanding(entry: Entry): Standing {
  const all = valuesOf(entry);
  const control = Number(all('userAccountControl')[0] ?? disabled);
  const groups = new Set(all('memberOf').map(nameKey));
  return {
    object: objectOf(entry),
    isOpen: Number.isSafeInteger(control) && (control & disabled) === 0,
    until: fromFiletime(all('accountExpires')[0]),
    isMember: (group) => groups.has(nameKey(group)),
  };
}
