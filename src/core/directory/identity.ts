// Identifiers of people in one spelling each, so that the same identifier always has the same hash and the same row.
import { personalNumberNamespaces } from './directory.ts';

/** Namespace of the hub's own accounts; its values are usernames, set with a person's login and nowhere else. */
export const accountNamespace = 'hub-account';

export type Normalised =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string };

/** True when values of the namespace are sealed and never shown. */
export const isPersonalNumberNamespace = (namespace: string): boolean => personalNumberNamespaces.includes(namespace);

/** One spelling of an identifier, or what is wrong with it. The message never repeats the value. */
export function normaliseIdentity(namespace: string, value: string): Normalised {
  const rule = rules[namespace];
  if (rule) return rule(value.trim());
  const text = value.trim().normalize('NFC');
  return text === '' || text.length > 256 || hasControl(text)
    ? no('write 1 to 256 characters without control characters')
    : yes(text);
}

/** A username as it is stored and looked up; undefined when nobody can have it. */
export function normaliseUsername(typed: string): string | undefined {
  if (typed.length > 256) return undefined;
  const username = typed.normalize('NFKC').trim().toLowerCase();
  return /^[\p{L}\p{N}](?:[\p{L}\p{N}._@+-]{0,62}[\p{L}\p{N}])?$/u.test(username) ? username : undefined;
}

const yes = (value: string): Normalised => ({ ok: true, value });
const no = (message: string): Normalised => ({ ok: false, message });

const rules: Readonly<Record<string, (value: string) => Normalised>> = {
  // Skatteverket SKV 704: twelve digits with century, Luhn over the last ten; samordningsnummer add 60 to the day.
  'se-personnummer': (value) => {
    const digits = value.replace(/^(\d{8})[- ]?(\d{4})$/, '$1$2');
    if (!/^(18|19|20)\d{10}$/.test(digits)) return no('write twelve digits, century first: ÅÅÅÅMMDDNNNN');
    return luhn(digits.slice(2)) ? yes(digits) : no('the check digit is wrong');
  },
  // Skatteetaten: the scheme of the check digits changes from 2032, so that only the length is looked at.
  'no-fodselsnummer': (value) => {
    const digits = value.replace(/^(\d{6})[ ]?(\d{5})$/, '$1$2');
    return /^\d{11}$/.test(digits) ? yes(digits) : no('write eleven digits');
  },
  // Elfproef.
  'nl-bsn': (value) => {
    const digits = value.padStart(9, '0');
    if (!/^\d{9}$/.test(digits) || /^0+$/.test(digits)) return no('write nine digits');
    const sum = [9, 8, 7, 6, 5, 4, 3, 2, -1].reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
    return sum % 11 === 0 ? yes(digits) : no('the check digit is wrong');
  },
  // HSA-IDs of test environments have longer prefixes; catalogue/test-number tells them from real ones.
  'hsa-id': (value) => {
    const id = value.toUpperCase();
    return /^(?:[A-Z]{2}[0-9A-Z]{10}|[A-Z]{3,10}\d{10})-[0-9A-Z]{1,31}$/.test(id)
      ? yes(id)
      : no('write an HSA-ID such as SE2321000156-1077');
  },
};

function luhn(ten: string): boolean {
  const sum = [...ten].reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 0x20 || text.charCodeAt(at) === 0x7f) return true;
  return false;
}
