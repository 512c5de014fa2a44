// A page that goes on to an address by itself, and by its link where that is off: where a redirect would be held against another site.
import { html } from './html.ts';
import type { HttpResponse } from './route.ts';
import { type SmallPageWords, smallPage } from './small-page.ts';

/**
 * In place of a redirect after a form of another site's page: browsers hold every redirect of such a navigation against that
 * page's `form-action` (CSP 3, 6.4.1), which names us and cannot name where we lead. The navigation ends with this page,
 * and the next is ours. At once, so no time to read is taken away (WCAG 2.2 technique H76); without any script.
 */
export function onwardPage(to: string, words: SmallPageWords): HttpResponse {
  const answer = smallPage(words, html`<p><a href="${to}">${words.go}</a></p>`);
  return { ...answer, headers: { ...answer.headers, refresh: `0; url=${to}` } };
}
