// What the pages about ways to log in that end share: days, names of ways, lists of names.
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import type { PortalPorts } from '../ports.ts';

/** A day as the person's calendar has it. */
export const dayOf = ({ timeZone }: PortalPorts, locale: Locale, at: number): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeZone }).format(at);

/** The name of a provider; its id when it is not in the catalogue any more. */
export function wayName(ports: PortalPorts, locale: Locale, provider: string): string {
  const name = ports.catalogue().providers.get(provider)?.name;
  return name === undefined ? provider : localized(name, locale);
}

/** More names than this are not read, but searched for where they are chosen. */
const mostNames = 6;

export const listOf = (locale: Locale, names: readonly string[]): string =>
  names.length > mostNames
    ? [...names.slice(0, mostNames), '…'].join(', ')
    : new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
