// The one address of single logout with SAML providers: their requests, by the browser and by their server, and their answers to ours.
import type { Clock } from '../../../base/clock.ts';
import {
  answerHeaders,
  cookiesOf,
  type HostCookieName,
  type HttpRequest,
  type HttpResponse,
  type Route,
  removedHostCookie,
  seeOther,
  singleHeader,
} from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import { type WrongTries, wrongTries } from './wrong-tries.ts';

/** As it came. */
export type SamlLogoutInput =
  | { readonly binding: 'redirect'; readonly query: string }
  | { readonly binding: 'soap'; readonly body: Buffer };

export type SamlLogoutOutcome =
  /** A request was taken: everything that rested on its login has ended. Where our answer goes, if it has a place. */
  | { readonly kind: 'taken'; readonly answer: { readonly url: string } | { readonly body: Buffer } | undefined }
  /** An answer to the request that our hash names; `ended`: it is believed and says so. */
  | { readonly kind: 'answered'; readonly ended: boolean }
  | { readonly kind: 'refused' };

export interface SamlLogoutPorts {
  readonly clock: Clock;
  /** Our entity's address of logouts. */
  readonly path: string;
  /** Judges what came and ends what it names. `ours`: hash of the state that this browser left with. */
  readonly take: (input: SamlLogoutInput, ours: string | undefined) => Promise<SamlLogoutOutcome>;
  /** The cookie with the state of a logout of ours, and where it goes on. */
  readonly stateCookie: HostCookieName;
  readonly backPath: string;
  /** Where a browser goes whose provider has no place for our answer. */
  readonly overPath: string;
  readonly showFailure: (request: HttpRequest, failure: { readonly reason: 'upstream.invalid' }) => HttpResponse;
}

const mostSoapBytes = 65_536;
const triesLimit = { most: 20, withinMs: 5 * 60_000 };
const soapType = /^text\/xml(?:[ \t]*;|$)/i;

const soap = (status: number, body: Buffer | string, type: string): HttpResponse => ({
  status,
  headers: { ...answerHeaders, 'cache-control': 'no-store', 'content-type': type },
  body,
});

export function samlLogoutRoutes(ports: SamlLogoutPorts, tries: WrongTries = wrongTries(triesLimit)): readonly Route[] {
  async function byBrowser(request: HttpRequest): Promise<HttpResponse> {
    const state = cookiesOf(request).get(ports.stateCookie);
    const outcome = await ports.take(
      { binding: 'redirect', query: request.query },
      state === undefined ? undefined : tokenHash(state),
    );
    if (outcome.kind === 'refused' || (outcome.kind === 'answered' && state === undefined))
      return ports.showFailure(request, { reason: 'upstream.invalid' });
    if (outcome.kind === 'taken')
      return seeOther(outcome.answer !== undefined && 'url' in outcome.answer ? outcome.answer.url : ports.overPath);
    const back = new URLSearchParams({ state: state ?? '', ...(outcome.ended ? {} : { open: '1' }) });
    return seeOther(`${ports.backPath}?${back}`, [removedHostCookie(ports.stateCookie)]);
  }

  /** From the provider's server: anybody may call, so those who err are slowed down. */
  async function byServer(request: HttpRequest): Promise<HttpResponse> {
    const now = ports.clock();
    const wait = tries.waitMs(request.ip, now);
    if (wait > 0) {
      const told = soap(429, 'too many requests that were refused', 'text/plain; charset=utf-8');
      return { ...told, headers: { ...told.headers, 'retry-after': String(Math.ceil(wait / 1000)) } };
    }
    const isSoap = soapType.test(singleHeader(request, 'content-type') ?? '');
    const outcome = isSoap ? await ports.take({ binding: 'soap', body: request.body }, undefined) : undefined;
    if (outcome?.kind === 'taken' && outcome.answer !== undefined && 'body' in outcome.answer)
      return soap(200, outcome.answer.body, 'text/xml; charset=utf-8');
    tries.count(request.ip, now);
    return soap(400, 'the logout was not accepted', 'text/plain; charset=utf-8');
  }

  return [
    { method: 'GET', path: ports.path, handle: byBrowser },
    { method: 'POST', path: ports.path, maxBodyBytes: mostSoapBytes, handle: byServer },
  ];
}
