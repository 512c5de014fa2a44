// Passing a logout on to the providers that the session rests on: there one after the other, and back to our page.
import {
  csrfToken,
  csrfTokenHolds,
  type HttpRequest,
  type HttpResponse,
  hostCookie,
  parseQuery,
  seeOther,
} from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import { loggedOutPath, type TargetFields } from './logged-out-path.ts';
import type { LogoutRow, PortalPorts } from './ports.ts';

/** The one address that providers send the browser back to; it is registered at each. */
export const upstreamBackPath = '/logged-out/back';

/** Carries a logout's state to a provider whose protocol has no room for it, and back. */
export const logoutCookieName = '__Host-tillit-logout';
const stateSeconds = 600;

const statePurpose = 'upstreamLogout';
const passedPurpose = 'upstreamLoggedOut';
const stateBytes = 16_384;

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

function opened(ports: PortalPorts, purpose: string, given: string | undefined): string | undefined {
  const at = given?.lastIndexOf('~') ?? -1;
  const words = given?.slice(0, Math.max(at, 0)) ?? '';
  return at > 0 && csrfTokenHolds(ports.csrfKey, purpose, words, given?.slice(at + 1)) ? words : undefined;
}

/** Where the browser goes on to at the next provider; undefined when each was passed, or cannot be. */
export async function passOn(ports: PortalPorts, passing: Passing): Promise<HttpResponse | undefined> {
  const [here = ''] = passing.sessions;
  const all = await ports.upstreamLogouts(here);
  const next = all.find(({ provider, address }) => address !== undefined && !passing.passed.includes(provider));
  if (next?.address === undefined) return undefined;
  await ports.passedOn(here, next.provider, 'sent');
  const going: Passing = { ...passing, passed: [...passing.passed, next.provider] };
  const state = signed(ports, statePurpose, Buffer.from(JSON.stringify(going)).toString('base64url'));
  if (!next.stateInCookie) return seeOther(await next.address(state));
  return seeOther(await next.address(tokenHash(state)), [hostCookie(logoutCookieName, state, stateSeconds)]);
}

/** GET /logged-out/back: a provider sent the browser back (RP-Initiated Logout 3); our own `state` alone says of what. */
export async function backFromProvider(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const query = parseQuery(request.query, { maxBytes: stateBytes, maxFields: 8 });
  const state = query.ok && query.duplicates.length === 0 ? query.fields.get('state') : undefined;
  const words = opened(ports, statePurpose, state);
  if (words === undefined) return seeOther('/logged-out');
  const came = JSON.parse(Buffer.from(words, 'base64url').toString()) as Passing;
  const still = query.ok && query.fields.get('open') === '1' ? came.passed.slice(-1) : [];
  const passing: Passing = { ...came, open: [...(came.open ?? []), ...still] };
  const [session = ''] = passing.sessions;
  await ports.passedOn(session, passing.passed.at(-1) ?? '', 'returned');
  const closed = passing.passed.filter((provider) => !passing.open?.includes(provider));
  const passed = signed(ports, passedPurpose, [session, ...closed].join(' '));
  return (
    (await passOn(ports, passing)) ??
    seeOther(loggedOutPath(ports, passing.sessions, [...passing.target, ['passed', passed]]))
  );
}

/** Providers that sent the browser back after the logout of this session. */
function passedBy(ports: PortalPorts, session: string | undefined, given: string | undefined): readonly string[] {
  const [about, ...providers] = opened(ports, passedPurpose, given)?.split(' ') ?? [];
  return about === session ? providers : [];
}

/**
 * A row for each provider that these sessions rest on. What no browser came back from is said to be open still: it may be.
 * Only the first session is that of the browser that went.
 */
export async function upstreamRows(
  ports: PortalPorts,
  sessions: readonly string[],
  given?: string,
): Promise<readonly LogoutRow[]> {
  const passed = passedBy(ports, sessions[0], given);
  const rows = await Promise.all(
    sessions.map(async (session, index) =>
      (await ports.upstreamLogouts(session)).map(({ provider }): LogoutRow => {
        const told = index === 0 && passed.includes(provider);
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
  return addresses.flatMap((address) => (address === undefined ? [] : [new URL(address).origin]));
}
