// The iframe in which a client's page asks whether the login has changed (OpenID Connect Session Management 1.0 section 3.3).
import { hash } from 'node:crypto';
import { type HttpResponse, html } from '../../../base/http/index.ts';
import type { CatalogueSnapshot, Issuer } from '../../../core/catalogue/index.ts';
import { openForLogin } from './available-idps.ts';
import { watchCookieName } from './session-state.ts';

// It reads one cookie that carries no right, asks nobody, and answers only the window that asked, at its own origin.
const script = `addEventListener('message',async e=>{const m=/^([^ ]+) ([A-Za-z0-9_-]{43})\\.([A-Za-z0-9_-]{16,64})$/.exec(e.data);const say=a=>e.source.postMessage(a,e.origin);if(!m||e.origin==='null'){if(e.origin!=='null')say('error');return}const c=/(?:^|; )${watchCookieName}=([^;]*)/.exec(document.cookie);const d=await crypto.subtle.digest('SHA-256',new TextEncoder().encode([m[1],e.origin,c?c[1]:'',m[3]].join(' ')));const t=btoa(String.fromCharCode(...new Uint8Array(d))).replace(/\\+/g,'-').replace(/\\//g,'_').replace(/=/g,'');say(t===m[2]?'unchanged':'changed')})`;
const scriptHash = hash('sha256', script, 'base64');

/** Who may frame the page: origins of the redirect URIs of the issuer's open applications. */
function framers(issuer: Issuer, catalogue: CatalogueSnapshot): readonly string[] {
  const open = openForLogin(issuer, catalogue);
  const origins = open.flatMap(({ redirectUris }) => redirectUris.map((uri) => URL.parse(uri)?.origin ?? 'null'));
  return [...new Set(origins)].filter((origin) => /^https?:\/\/[a-z0-9.:[\]-]+$/i.test(origin)).sort();
}

/**
 * The one page of the product that may be framed, and by registered applications alone. It has no form, no style, no
 * picture and no link: nothing to be clicked on by mistake. The script is known by its hash.
 */
export function checkSessionPage(issuer: Issuer, catalogue: CatalogueSnapshot): HttpResponse {
  const origins = framers(issuer, catalogue);
  const ancestors = origins.length > 0 ? origins.join(' ') : "'none'";
  const content = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Session</title></head><body></body></html>`;
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=300',
      'content-security-policy': `default-src 'none'; script-src 'sha256-${scriptHash}'; frame-ancestors ${ancestors}; base-uri 'none'; form-action 'none'`,
    },
    body: content.toString().replace('</body>', `<script>${script}</script></body>`),
  };
}
