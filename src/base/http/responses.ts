// The few shapes of answer: page, redirect, text, JSON, problem.
import type { SafeHtml } from './html.ts';
import type { HttpResponse } from './route.ts';
import { answerHeaders, type PageHeaderOptions, pageHeaders, privateAnswerHeaders } from './security-headers.ts';

type CookieList = readonly string[];

function withCookies(
  headers: Readonly<Record<string, string>>,
  cookies: CookieList | undefined,
): Readonly<Record<string, string | readonly string[]>> {
  return cookies && cookies.length > 0 ? { ...headers, 'set-cookie': cookies } : headers;
}

/** An HTML page with the headers of a page. */
export function page(
  status: number,
  content: SafeHtml,
  options: PageHeaderOptions & { readonly cookies?: CookieList } = {},
): HttpResponse {
  const headers = { ...pageHeaders(options), 'content-type': 'text/html; charset=utf-8' };
  return { status, headers: withCookies(headers, options.cookies), body: content.toString() };
}

/** 303 to a GET of `location` (RFC 9110 15.4.4): a POST's body never goes along (FAPI 2.0 SP 5.3.2.2). */
export function seeOther(location: string, cookies?: CookieList): HttpResponse {
  return { status: 303, headers: withCookies({ ...privateAnswerHeaders, location }, cookies), body: '' };
}

/** Plain text, not to be stored. */
export function plainText(status: number, body: string): HttpResponse {
  return { status, headers: { ...privateAnswerHeaders, 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** JSON, not to be stored. */
export function json(status: number, value: unknown, type = 'application/json'): HttpResponse {
  return { status, headers: { ...privateAnswerHeaders, 'content-type': type }, body: JSON.stringify(value) };
}

/** A file that never changes under its name: cached for a year. */
export function immutable(contentType: string, body: string | Buffer): HttpResponse {
  const headers = {
    ...answerHeaders,
    'content-type': contentType,
    'cache-control': 'public, max-age=31536000, immutable',
  };
  return { status: 200, headers, body };
}

/** 204 without a body. */
export const noContent = (): HttpResponse => ({ status: 204, headers: privateAnswerHeaders, body: '' });

/** The same answer with more cookies. */
export function withSetCookies(response: HttpResponse, cookies: readonly string[]): HttpResponse {
  if (cookies.length === 0) return response;
  const own = response.headers['set-cookie'];
  const before = own === undefined ? [] : typeof own === 'string' ? [own] : own;
  return { ...response, headers: { ...response.headers, 'set-cookie': [...before, ...cookies] } };
}
