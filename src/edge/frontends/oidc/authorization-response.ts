// The answer to the application through the browser: always with `iss`, by 303 or by a form that posts itself.
import { type HttpResponse, seeOther, selfPostingForm } from '../../../base/http/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import type { AuthorizationRequest } from '../../../core/grants/index.ts';
import { backWords } from '../../../wire/texts/index.ts';

/** Where and how an answer goes. */
export type ReturnPath = Pick<AuthorizationRequest, 'redirectUri' | 'responseMode' | 'state' | 'uiLocales'>;

/**
 * Sends `parameters` back with `state` and `iss` (RFC 9207 2). By query: 303, so that no browser sends a form on
 * (FAPI 2.0 SP 5.3.2.2). By form_post: a page that sends itself on.
 */
export function authorizationResponse(
  issuer: Issuer,
  to: ReturnPath,
  parameters: Readonly<Record<string, string>>,
): HttpResponse {
  const all: [string, string][] = Object.entries(parameters);
  if (to.state !== undefined) all.push(['state', to.state]);
  all.push(['iss', issuer.url]);
  return to.responseMode === 'form_post'
    ? selfPostingForm(to.redirectUri, all, backWords(to.uiLocales))
    : seeOther(withQuery(to.redirectUri, all));
}

/** The URI as registered, its own query kept (RFC 6749 3.1.2). */
export function withQuery(uri: string, parameters: readonly [string, string][]): string {
  const query = new URLSearchParams(parameters as [string, string][]).toString();
  return query === '' ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${query}`;
}
