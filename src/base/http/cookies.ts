// Cookies: read strictly, written only as `__Host-` cookies, which no other host and no plain HTTP can set.
import { Problem } from '../problem.ts';
import type { HttpRequest } from './route.ts';

/** A name with the prefix that binds a cookie to this host, HTTPS and the whole path (RFC 6265bis 4.1.3.2). */
export type HostCookieName = `__Host-${string}`;

const maxCookieBytes = 8192;
const maxCookies = 64;
// RFC 6265 4.1.1: token for the name, cookie-octets for the value.
const cookieName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const cookieValue = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/**
 * The cookies of a request. A name that came twice is left out: which of the two is ours cannot be known.
 * Malformed pairs are left out, and everything when the header is longer than 8 kB or holds over 64 cookies.
 */
export function parseCookies(header: string | readonly string[] | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  if (header === undefined) return cookies;
  const text = typeof header === 'string' ? header : header.join('; ');
  if (text.length > maxCookieBytes) return cookies;
  const pairs = text.split(';');
  if (pairs.length > maxCookies) return cookies;
  const twice = new Set<string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    if (!cookieName.test(name) || !cookieValue.test(value)) continue;
    if (cookies.has(name)) twice.add(name);
    cookies.set(name, value);
  }
  for (const name of twice) cookies.delete(name);
  return cookies;
}

/** The cookies of a request. */
export const cookiesOf = (request: HttpRequest): ReadonlyMap<string, string> => parseCookies(request.headers.cookie);

/**
 * A `Set-Cookie` value: Secure, HttpOnly, Path=/, SameSite=Lax, no Domain. Without `maxAgeSeconds` it lives
 * until the browser ends. Throws when the value is not made of cookie octets (a fault of ours).
 */
export function hostCookie(name: HostCookieName, value: string, maxAgeSeconds?: number): string {
  if (!cookieName.test(name) || !name.startsWith('__Host-') || !cookieValue.test(value)) {
    throw new Problem({ kind: 'internal', code: 'internal', detail: `cookie ${name} cannot be written` });
  }
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}`;
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax${age}`;
}

/** A `Set-Cookie` value that removes the cookie. */
export const removedHostCookie = (name: HostCookieName): string => hostCookie(name, '', 0);
