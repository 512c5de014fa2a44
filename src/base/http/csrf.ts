// Cross-site request forgery: a token derived from the browser's own cookie, and where the browser says it comes from.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../secret.ts';
import { type HttpRequest, headerCount, singleHeader } from './route.ts';

/**
 * The synchroniser token of a form: HMAC-SHA-256 over what the form is for and the cookie that binds the browser.
 * Nothing is stored: another browser has another cookie, hence another token.
 */
export function csrfToken(key: Secret<Buffer>, purpose: string, cookie: string): string {
  return createHmac('sha256', key.reveal()).update(`csrf\n${purpose}\n${cookie}`).digest('base64url');
}

/** True when the form brought this browser's token. Compares in constant time. */
export function csrfTokenHolds(
  key: Secret<Buffer>,
  purpose: string,
  cookie: string | undefined,
  given: string | undefined,
): boolean {
  if (cookie === undefined || cookie === '' || given === undefined) return false;
  const right = Buffer.from(csrfToken(key, purpose, cookie));
  const got = Buffer.from(given);
  return right.length === got.length && timingSafeEqual(right, got);
}

/**
 * True when the browser does not say that the request comes from elsewhere: an `Origin` must be ours, and
 * `Sec-Fetch-Site` must be same-origin or none (typed by the user). Where a browser sends neither, the token decides.
 */
export function comesFromSameOrigin(request: HttpRequest, origin: string): boolean {
  if (headerCount(request, 'origin') > 1 || headerCount(request, 'sec-fetch-site') > 1) return false;
  const from = singleHeader(request, 'origin');
  if (from !== undefined && from !== origin) return false;
  const site = singleHeader(request, 'sec-fetch-site');
  return site === undefined || site === 'same-origin' || site === 'none';
}
