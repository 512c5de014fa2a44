// What a login is called on a page: its provider's name, else the kind of identifier; never a personal number.
import { type Locale, type LocalizedText, localized } from '../codes/index.ts';
import { text } from './text.ts';

export interface NamedLogin {
  readonly namespace: string;
  /** The name of the provider that alone can prove it, where there is one. */
  readonly provider?: LocalizedText | undefined;
  /** A provider that can prove it among others: said where the kind of identifier has no name. */
  readonly way?: LocalizedText | undefined;
  /** The identifier, where a page may show it. */
  readonly value?: string | undefined;
}

/** The name of a login in a language. */
export function loginName(locale: Locale, { namespace, provider, way, value }: NamedLogin): string {
  if (provider !== undefined) return localized(provider, locale);
  const params = value === undefined ? {} : { value };
  switch (namespace) {
    case 'se-personnummer':
    case 'no-fodselsnummer':
    case 'nl-bsn':
      return text(locale, 'logins.number');
    case 'hsa-id':
      return text(locale, 'logins.hsa', params);
    case 'no-hpr':
      return text(locale, 'logins.hpr', params);
    case 'hub-account':
      return text(locale, 'logins.account', params);
    default:
      return way === undefined ? text(locale, 'logins.other') : localized(way, locale);
  }
}
