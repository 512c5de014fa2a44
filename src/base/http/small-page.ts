// The small pages that send a browser on: seen for a moment, or by whoever has no scripts, who must find the way on at once.
import { hash } from 'node:crypto';
import { type HtmlValue, html } from './html.ts';
import { page } from './responses.ts';
import type { HttpResponse } from './route.ts';
import type { PageHeaderOptions } from './security-headers.ts';

/** What such a page says, in its language. */
export interface SmallPageWords {
  readonly language: string;
  readonly title: string;
  readonly go: string;
}

// The browser's own colours, light and dark: these pages are no brand's. Targets are 44 px (WCAG 2.2 2.5.8 asks 24).
const element = html`<style>
:root{color-scheme:light dark}
body{margin:0;font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;overflow-wrap:break-word}
main{max-width:30rem;margin:0 auto;padding:1.5rem 1rem}
h1{margin:0 0 1.25rem;font-size:1.5rem;line-height:1.25}
p{margin:0}
a,button{display:inline-flex;align-items:center;min-height:2.75rem;font:inherit;font-weight:600}
button{max-width:100%;padding:.5rem 1.125rem;border:1px solid;border-radius:6px;text-align:left;cursor:pointer}
</style>`;
const styleHash = hash('sha256', element.toString().slice('<style>'.length, -'</style>'.length), 'base64');

/** The page: its title as its heading, and the one way on. */
export function smallPage(
  { language, title }: SmallPageWords,
  wayOn: HtmlValue,
  options: PageHeaderOptions & { readonly script?: HtmlValue } = {},
): HttpResponse {
  const content = html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>${element}</head><body><main><h1>${title}</h1>
${wayOn}</main>${options.script}</body></html>`;
  return page(200, content, { ...options, styleHash });
}
