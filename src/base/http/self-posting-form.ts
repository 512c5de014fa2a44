// A page whose form goes to another site by itself, and by its button where scripts are off: for answers by POST.
import { hash } from 'node:crypto';
import { html } from './html.ts';
import type { HttpResponse } from './route.ts';
import { type SmallPageWords, smallPage } from './small-page.ts';

const script = 'document.forms[0].submit()';
const scriptHash = hash('sha256', script, 'base64');

/**
 * The policy allows the page no script but the one that presses the button, and the form its target and where that leads on
 * to. Whoever is asked there may redirect to places that nobody can name here, and browsers hold each redirect against
 * `form-action` (CSP 3 6.4.1); the page has no other form, and no text of others outside its fields.
 */
export function selfPostingForm(
  target: string,
  fields: readonly (readonly [name: string, value: string])[],
  words: SmallPageWords,
): HttpResponse {
  const inputs = fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  const form = html`<form method="post" action="${target}">${inputs}<button>${words.go}</button></form>`;
  const answer = smallPage(words, form, {
    script: html`<script>document.forms[0].submit()</script>`,
    formTargets: formTargetsOf(target),
  });
  const policy = String(answer.headers['content-security-policy']);
  const headers = { ...answer.headers, 'content-security-policy': `${policy}; script-src 'sha256-${scriptHash}'` };
  return { ...answer, headers };
}

/** What a form may lead to, as CSP sources: the origin and other HTTPS addresses, or the scheme of an app's own URI. */
function formTargetsOf(uri: string): readonly string[] {
  const url = URL.parse(uri);
  if (url === null) return [uri];
  return url.origin === 'null' ? [url.protocol] : [url.origin, 'https:'];
}
