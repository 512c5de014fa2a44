// The page that takes a form of ours to a provider: its button works without scripts; a script known by its hash presses it.
import { hash } from 'node:crypto';
import { type HttpResponse, html, page } from '../../../base/http/index.ts';
import type { AwayForm } from '../../../core/journey/index.ts';
import type { Locale } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';

const submitScript = 'document.forms[0].submit()';
const scriptHash = hash('sha256', submitScript, 'base64');

/** SAML Bindings 3.5.4. Values are text, never HTML (S18). */
export function awayForm({ action, fields }: AwayForm, locale: Locale, provider: string): HttpResponse {
  const title = text(locale, 'leave.title', { provider });
  const inputs = fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  const content = html`<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title></head><body><main><h1>${title}</h1>
<form method="post" action="${action}">${inputs}<button>${text(locale, 'leave.go', { provider })}</button></form></main>
<script>document.forms[0].submit()</script></body></html>`;
  return page(200, content, { formTargets: [new URL(action).origin], scriptHash });
}
