// The hub's cookies and the browser that they describe.
import { cookiesOf, type HttpRequest, hostCookie, removedHostCookie, singleHeader } from '../../../base/http/index.ts';
import type { Browser, SessionCookie } from '../../../core/journey/index.ts';
import type { Locale } from '../../../wire/codes/index.ts';
import { negotiateLocale } from '../../../wire/texts/index.ts';

export const browserCookieName = '__Host-tillit-browser';
export const sessionCookieName = '__Host-tillit-session';
export const deviceCookieName = '__Host-tillit-device';
export const localeCookieName = '__Host-tillit-locale';
export const providerCookieName = '__Host-tillit-provider';

const yearSeconds = 365 * 24 * 3600;
/** Long enough for a rota with months between, short enough to forget a place of work that was left. */
const providerSeconds = 180 * 24 * 3600;

/** Binds journeys to this browser; ends with the browser. */
export const browserCookie = (token: string): string => hostCookie(browserCookieName, token);
export const sessionCookie = (cookie: SessionCookie): string =>
  hostCookie(sessionCookieName, cookie.value, cookie.maxAgeSeconds);
export const removedSessionCookie = (): string => removedHostCookie(sessionCookieName);
export const localeCookie = (locale: Locale): string => hostCookie(localeCookieName, locale, yearSeconds);

/** Remembers the way that was chosen last: the provider's id and nothing else. */
export const providerCookie = (provider: string): string =>
  hostCookie(providerCookieName, encodeURIComponent(provider), providerSeconds);

/** The provider that this browser used last, as it was written down; it may be gone from the catalogue. */
export function lastProviderOf(request: HttpRequest): string | undefined {
  const value = cookiesOf(request).get(providerCookieName);
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

// Order matters: Edge and Opera also say Chrome, Chrome also says Safari.
const programs: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];
const firstOf = (list: typeof programs, agent: string): string | undefined =>
  list.find(([sign]) => sign.test(agent))?.[1];

/** Short words about a browser, such as `Chrome, Windows`; never the header itself. */
export function agentWords(userAgent: string | undefined): string {
  const agent = (userAgent ?? '').slice(0, 400);
  return [firstOf(programs, agent), firstOf(systems, agent)].filter((word) => word !== undefined).join(', ') || '?';
}

/** The browser behind a request, as journeys see it. An empty cookie counts as none. */
export function browserOf(request: HttpRequest): Browser {
  const cookies = cookiesOf(request);
  return {
    token: cookies.get(browserCookieName) || undefined,
    session: cookies.get(sessionCookieName) || undefined,
    device: cookies.get(deviceCookieName) || undefined,
    ip: request.ip,
    agent: agentWords(singleHeader(request, 'user-agent')),
    locale: localeOfRequest(request),
  };
}

/** The language of a request outside a login: remembered, else what the browser prefers, else Swedish. */
export function localeOfRequest(request: HttpRequest): Locale {
  return negotiateLocale({
    remembered: cookiesOf(request).get(localeCookieName),
    accepted: singleHeader(request, 'accept-language'),
  });
}
