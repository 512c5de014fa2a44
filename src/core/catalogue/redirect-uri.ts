// Which addresses a browser may be sent to (O1): compared byte for byte at run time, so judged strictly when saved.
import { protocolProfiles } from './protocol-profile.ts';
import type { ProtocolProfile } from './snapshot.ts';

export type UriFault =
  | 'notAbsolute'
  | 'notHttps'
  | 'httpNotLoopback'
  | 'fragment'
  | 'userinfo'
  | 'wildcard'
  | 'notNormal'
  | 'dotSegment';

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** True for hosts that never leave the machine (RFC 8252 7.3). */
export const isLoopback = (uri: string): boolean => URL.canParse(uri) && loopbackHosts.has(new URL(uri).hostname);

/**
 * What is wrong with a redirect URI, or undefined. RFC 6749 3.1.2 (absolute, no fragment), RFC 9700 2.1 (exact
 * comparison, https); http only for a loopback address, with a profile that has it (RFC 8252 8.3; FAPI 2.0 SP 5.3.2.2).
 */
export function redirectUriFault(uri: string, profile: ProtocolProfile): UriFault | undefined {
  // Before parsing: what the URL parser would silently drop or rewrite is never what was meant.
  if (/[\s\\<>"{}|^`]/.test(uri) || hasControl(uri)) return 'notNormal';
  if (uri.includes('*')) return 'wildcard';
  if (!URL.canParse(uri)) return 'notAbsolute';
  const url = new URL(uri);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'notHttps';
  if (uri.includes('#')) return 'fragment';
  if (url.username !== '' || url.password !== '' || authorityOf(uri).includes('@')) return 'userinfo';
  if (url.protocol === 'http:') {
    if (!loopbackHosts.has(url.hostname)) return 'notHttps';
    if (!protocolProfiles[profile].httpLoopback) return 'httpNotLoopback';
  }
  if (/(^|\/)(\.|%2e){1,2}([;/?]|$)/i.test(pathOf(uri)) || /%25|%2f|%5c/i.test(pathOf(uri))) return 'dotSegment';
  return url.href === uri || url.href === `${uri}/` ? undefined : 'notNormal';
}

/** What to write instead, in words. */
export const uriFaultTexts: Readonly<Record<UriFault, string>> = {
  notAbsolute: 'write the whole URL, beginning with https://',
  notHttps: 'write an https URL (http is allowed for localhost alone, with profile basic or helseid)',
  httpNotLoopback: 'profile fapi2 needs https; use https, or choose profile basic or helseid for a loopback address',
  fragment: 'leave out the part after #',
  userinfo: 'leave out the user name before @',
  wildcard: 'write each URL out in full: there are no wildcards',
  notNormal: 'write the URL as a browser shows it: lower-case host, no default port, no spaces or backslashes',
  dotSegment: 'leave out . and .. segments and encoded slashes and per cent signs',
};

const authorityOf = (uri: string): string => uri.replace(/^[a-z]+:\/*/i, '').split(/[/?#]/)[0] ?? '';
const pathOf = (uri: string): string => uri.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split(/[?#]/)[0] ?? '';

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x21 || code > 0x7e) return true;
  }
  return false;
}
