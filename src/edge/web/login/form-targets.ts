// Where a form of a login page may lead: browsers hold `form-action` against the redirects after it, too.
import type { OidcApplication } from '../../../core/catalogue/index.ts';

/** What CSP names of an address: the origin of a web address, else the scheme; undefined when it is none. */
export function formTargetOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, origin } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? origin : protocol;
}

/** The places that an application sends people to after a login. */
export function formTargetsOf(application: OidcApplication | undefined): readonly string[] {
  if (!application) return [];
  const addresses = [...application.redirectUris, ...(application.homeUrl === undefined ? [] : [application.homeUrl])];
  return [...new Set(addresses.map(formTargetOf).filter((target) => target !== undefined))];
}
