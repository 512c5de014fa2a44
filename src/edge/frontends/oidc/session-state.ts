// What a client may watch a login by (OpenID Connect Session Management 1.0): `session_state`, and the cookie behind it.
import { hash } from 'node:crypto';
import { newToken, type Random } from '../../../base/ids.ts';

/**
 * Readable by the iframe's script, so it carries no right to anything: a digest of the session's id, from which neither
 * cookie nor id can be had. Sent in other sites' frames, hence SameSite=None.
 */
export const watchCookieName = '__Host-tillit-watch';

const watched = (session: string): string => hash('sha256', `watch ${session}`, 'base64url').slice(0, 22);

/** `Set-Cookie` that lets the iframe see which session this browser has; it ends with the browser. */
export const watchCookie = (session: string): string =>
  `${watchCookieName}=${watched(session)}; Path=/; Secure; SameSite=None`;

/** `Set-Cookie` that makes the browser forget it. */
export const removedWatchCookie = `${watchCookieName}=; Path=/; Secure; SameSite=None; Max-Age=0`;

/** `session_state` of an authorization response (Session Management 1.0 section 3.2): salted digest, and the salt. */
export function sessionState(
  about: { readonly client: string; readonly redirectUri: string; readonly session: string },
  random: Random,
): string {
  const salt = newToken(16, random);
  const text = `${about.client} ${URL.parse(about.redirectUri)?.origin ?? 'null'} ${watched(about.session)} ${salt}`;
  return `${hash('sha256', text, 'base64url')}.${salt}`;
}
