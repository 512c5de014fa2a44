// Passing a logout on to the providers that the session rests on: there one after the other, and back to our page.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  csrfToken,
  csrfTokenHolds,
  type HttpRequest,
  type HttpResponse,
  hostCookie,
  parseQuery,
  seeOther,
  selfPostingForm,
  withSetCookies,
} from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import { onwardWords } from '../../../wire/texts/index.ts';
import { loggedOutPath, type TargetFields } from './logged-out-path.ts';
import { localeOf } from './portal-page.ts';
import type { LogoutDeparture, LogoutRow, PortalPorts } from './ports.ts';

/** The one address that providers send the browser back to; it is registered at each. */
export const upstreamBackPath = '/logged-out/back';

/** Carries a logout's state to a provider whose protocol has no room for it, and back. */
export const logoutCookieName = '__Host-tillit-logout';
const stateSeconds = 600;

const statePurpose = 'upstreamLogoutPacked';
const passedPurpose = 'upstreamLoggedOut';
const stateBytes = 16_384;
/** Browsers keep cookies of 4,096 bytes, name and attributes included (RFC 6265 6.1). */
const mostCookieBytes = 3900;

/** A logout on its way through the providers. */
interface Passing {
  /** As the page after logout has them; the first is that of this browser. */
  readonly sessions: readonly string[];
  readonly passed: readonly string[];
  /** Of those, the ones that did not say that the login there is over. */
  readonly open?: readonly string[] | undefined;
  readonly target: TargetFields;
}

const signed = (ports: Pick<PortalPorts, 'csrfKey'>, purpose: string, words: string): string =>
  `${words}~${csrfToken(ports.csrfKey, purpose, words)}`;

function opened(ports: Pick<PortalPorts, 'csrfKey'>, purpose: string, given: string | undefined): string | undefined {
  const at = given?.lastIndexOf('~') ?? -1;
  const words = given?.slice(0, Math.max(at, 0)) ?? '';
  return at > 0 && csrfTokenHolds(ports.csrfKey, purpose, words, given?.slice(at + 1)) ? words : undefined;
}

/** Where the browser goes on to at the next provider; undefined when each was passed, or cannot be. */
export async function passOn(
  ports: PortalPorts,
  request: HttpRequest,
  passing: Passing,
): Promise<HttpResponse | undefined> {
  const [here = ''] = passing.sessions;
  const all = await ports.upstreamLogouts(here);
  const next = all.find(({ provider, address }) => address !== undefined && !passing.passed.includes(provider));
  if (next?.address === undefined) return undefined;
  const going: Passing = { ...passing, passed: [...passing.passed, next.provider] };
  const state = signed(ports, statePurpose, packed(going));
  if (!next.stateInCookie) {
    await ports.passedOn(here, next.provider, 'sent');
    return await depart(request, ports, next.address(state), []);
  }
  // What no cookie can carry is not begun: it is shown as open, and the rest goes on.
  if (state.length > mostCookieBytes)
    return await passOn(ports, request, { ...going, open: [...(going.open ?? []), next.provider] });
  await ports.passedOn(here, next.provider, 'sent');
  const cookie = hostCookie(logoutCookieName, state, stateSeconds);
  return await depart(request, ports, next.address(tokenHash(state)), [cookie]);
}

async function depart(
  request: HttpRequest,
  ports: PortalPorts,
  to: LogoutDeparture | Promise<LogoutDeparture>,
  cookies: readonly string[],
): Promise<HttpResponse> {
  const going = await to;
  if (typeof going === 'string') return seeOther(going, cookies);
  const words = onwardWords(localeOf(ports, request));
  return withSetCookies(selfPostingForm(going.action, going.fields, words), cookies);
}

/** As short as it can be: what an application wants back may be long (2 kB; SAML Bindings 3.4.3 says 80 bytes), and stands in it sealed. */
const packed = (passing: Passing): string => deflateRawSync(JSON.stringify(passing)).toString('base64url');

const unpacked = (words: string): Passing =>
  JSON.parse(inflateRawSync(Buffer.from(words, 'base64url'), { maxOutputLength: 65_536 }).toString()) as Passing;

/** GET /logged-out/back: a provider sent the browser back (RP-Initiated Logout 3); our own `state` alone says of what. */
export async function backFromProvider(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const query = parseQuery(request.query, { maxBytes: stateBytes, maxFields: 8 });
  const state = query.ok && query.duplicates.length === 0 ? query.fields.get('state') : undefined;
  const words = opened(ports, statePurpose, state);
  if (words === undefined) return seeOther('/logged-out');
  const came = unpacked(words);
  const still = query.ok && query.fields.get('open') === '1' ? came.passed.slice(-1) : [];
  const passing: Passing = { ...came, open: [...(came.open ?? []), ...still] };
  const [session = ''] = passing.sessions;
  await ports.passedOn(session, passing.passed.at(-1) ?? '', 'returned');
  const closed = passing.passed.filter((provider) => !passing.open?.includes(provider));
  const passed = signed(ports, passedPurpose, [session, ...closed].join(' '));
  return (
    (await passOn(ports, request, passing)) ??
    seeOther(loggedOutPath(ports, passing.sessions, [...passing.target, ['passed', passed]]))
  );
}

/** Providers that sent the browser back after the logout of this session. */
function passedBy(
  ports: Pick<PortalPorts, 'csrfKey'>,
  session: string | undefined,
  given: string | undefined,
): readonly string[] {
  const [about, ...providers] = opened(ports, passedPurpose, given)?.split(' ') ?? [];
  return about === session ? providers : [];
}

/**
 * A row for each provider that these sessions rest on. What no browser came back from is said to be open still: it may be.
 * Only the first session is that of the browser that went. `asker`: the provider whose logout it was.
 */
export async function upstreamRows(
  ports: Pick<PortalPorts, 'csrfKey' | 'upstreamLogouts'>,
  sessions: readonly string[],
  given?: string,
  asker?: string,
): Promise<readonly LogoutRow[]> {
  const passed = passedBy(ports, sessions[0], given);
  const rows = await Promise.all(
    sessions.map(async (session, index) =>
      (await ports.upstreamLogouts(session)).map(({ provider }): LogoutRow => {
        const told = provider === asker || (index === 0 && passed.includes(provider));
        return { session, to: { kind: 'provider', id: provider }, status: told ? 'told' : 'untold' };
      }),
    ),
  );
  return rows.flat();
}

/** Origins that a form which ends this session may lead to: browsers hold `form-action` against redirects after it. */
export async function upstreamTargets(ports: PortalPorts, session: string): Promise<readonly string[]> {
  const all = await ports.upstreamLogouts(session);
  const addresses = await Promise.all(all.map(({ address }) => address?.('')));
  return addresses.flatMap((address) =>
    address === undefined ? [] : [new URL(typeof address === 'string' ? address : address.action).origin],
  );
}
