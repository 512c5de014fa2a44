// The answer to the application through the browser: always with `iss`, by 303 or by a form that posts itself.
import { hash } from 'node:crypto';
import { type HttpResponse, html, page, seeOther } from '../../../base/http/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import type { AuthorizationRequest } from '../../../core/grants/index.ts';
import { type Locale, locales } from '../../../wire/codes/index.ts';

/** Where and how an answer goes. */
export type ReturnPath = Pick<AuthorizationRequest, 'redirectUri' | 'responseMode' | 'state' | 'uiLocales'>;

/**
 * Sends `parameters` back with `state` and `iss` (RFC 9207 2). By query: 303, so that no browser sends a form on
 * (FAPI 2.0 SP 5.3.2.2). By form_post: a page whose button works without scripts; a script known by its hash presses it.
 */
export function authorizationResponse(
  issuer: Issuer,
  to: ReturnPath,
  parameters: Readonly<Record<string, string>>,
): HttpResponse {
  const all: [string, string][] = Object.entries(parameters);
  if (to.state !== undefined) all.push(['state', to.state]);
  all.push(['iss', issuer.url]);
  return to.responseMode === 'form_post' ? formPost(to, all) : seeOther(withQuery(to.redirectUri, all));
}

/** The URI as registered, its own query kept (RFC 6749 3.1.2). */
export function withQuery(uri: string, parameters: readonly [string, string][]): string {
  const query = new URLSearchParams(parameters as [string, string][]).toString();
  return query === '' ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${query}`;
}

const submitScript = 'document.forms[0].submit()';
const scriptHash = hash('sha256', submitScript, 'base64');

const words: Readonly<Record<Locale, { readonly title: string; readonly go: string }>> = {
  sv: { title: 'Tillbaka till tjänsten', go: 'Fortsätt' },
  nb: { title: 'Tilbake til tjenesten', go: 'Fortsett' },
  nn: { title: 'Tilbake til tenesta', go: 'Hald fram' },
  en: { title: 'Back to the service', go: 'Continue' },
  nl: { title: 'Terug naar de dienst', go: 'Doorgaan' },
};

function formPost(to: ReturnPath, parameters: readonly [string, string][]): HttpResponse {
  const language = localeOf(to.uiLocales);
  const { title, go } = words[language];
  const fields = parameters.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  const content = html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title></head><body><main><h1>${title}</h1>
<form method="post" action="${to.redirectUri}">${fields}<button>${go}</button></form></main>
<script>document.forms[0].submit()</script></body></html>`;
  const answer = page(200, content, { formTargets: [originOf(to.redirectUri)] });
  const policy = String(answer.headers['content-security-policy']);
  const headers = { ...answer.headers, 'content-security-policy': `${policy}; script-src 'sha256-${scriptHash}'` };
  return { ...answer, headers };
}

function localeOf(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0];
    const found = locales.find((each) => each === (language === 'no' ? 'nb' : language));
    if (found !== undefined) return found;
  }
  return 'en';
}

/** What a form may lead to, as a CSP source: the origin, or the scheme of an app's own URI. */
function originOf(uri: string): string {
  const url = URL.parse(uri);
  return url === null ? uri : url.origin === 'null' ? url.protocol : url.origin;
}
