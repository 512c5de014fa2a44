// A page that goes on to an address by itself, and by its link where that is off: where a redirect would be held against another site.
import { html } from './html.ts';
import { page } from './responses.ts';
import type { HttpResponse } from './route.ts';
import type { FormWords } from './self-posting-form.ts';

/**
 * In place of a redirect after a form of another site's page: browsers hold every redirect of such a navigation against that
 * page's `form-action` (CSP 3, 6.4.1), which names us and cannot name where we lead. The navigation ends with this page,
 * and the next is ours. At once, so no time to read is taken away (WCAG 2.2 technique H76); without any script.
 */
export function onwardPage(to: string, { language, title, go }: FormWords): HttpResponse {
  const content = html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title></head><body><main><h1>${title}</h1><p><a href="${to}">${go}</a></p></main></body></html>`;
  const answer = page(200, content);
  return { ...answer, headers: { ...answer.headers, refresh: `0; url=${to}` } };
}
