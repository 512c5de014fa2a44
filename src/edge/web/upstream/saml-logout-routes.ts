// Single logout with SAML providers: their requests, through the browser and by their server, and their answers to ours.
import type { Clock } from '../../../base/clock.ts';
import {
  answerHeaders,
  cookiesOf,
  type HostCookieName,
  type HttpRequest,
  type HttpResponse,
  onwardPage,
  parseQuery,
  type Route,
  readForm,
  removedHostCookie,
  seeOther,
  selfPostingForm,
  singleHeader,
} from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import type { Locale } from '../../../wire/codes/index.ts';
import { backWords, onwardWords } from '../../../wire/texts/index.ts';
import { type WrongTries, wrongTries } from './wrong-tries.ts';

/** As it came. */
export type SamlLogoutInput =
  | { readonly binding: 'redirect'; readonly query: string }
  | { readonly binding: 'post'; readonly fields: readonly (readonly [name: string, value: string])[] }
  | { readonly binding: 'soap'; readonly body: Buffer };

/** A request of a provider that was taken: what rested on its login here has ended. */
export interface TakenSamlLogout {
  readonly provider: string;
  readonly requestId: string;
  readonly relayState?: string | undefined;
  readonly binding: SamlLogoutInput['binding'];
  /** What it ended. */
  readonly sessions: readonly string[];
}

export type SamlLogoutOutcome =
  | { readonly kind: 'taken'; readonly taken: TakenSamlLogout }
  /** An answer to the request of ours that this hash of a state names; `ended`: it is believed and says so. */
  | { readonly kind: 'answered'; readonly state: string; readonly ended: boolean }
  | { readonly kind: 'refused' };

/** What a browser carries from one of these addresses to the next. */
export type CarriedSamlLogout = Exclude<SamlLogoutOutcome, { kind: 'refused' }>;

/** Our answer to a provider. */
export type SamlLogoutAnswer =
  | { readonly kind: 'redirect'; readonly url: string }
  | {
      readonly kind: 'post';
      readonly form: { readonly action: string; readonly fields: readonly (readonly [string, string])[] };
    }
  | { readonly kind: 'soap'; readonly body: Buffer };

export interface SamlLogoutPorts {
  readonly clock: Clock;
  readonly origin: string;
  /** Of our entity's address of logouts. */
  readonly path: string;
  /** Judges what came and ends what it names. */
  readonly take: (input: SamlLogoutInput) => Promise<SamlLogoutOutcome>;
  /**
   * Our answer as things stand after a moment: whether all has ended that the sessions reached. `passed`: what the page after
   * logout says of other providers. Undefined where the provider has no place for an answer.
   */
  readonly answer: (taken: TakenSamlLogout, passed?: string) => Promise<SamlLogoutAnswer | undefined>;
  readonly seal: (carried: CarriedSamlLogout) => string;
  /** What was sealed a while ago at most; undefined for anything else. */
  readonly unseal: (text: string) => CarriedSamlLogout | undefined;
  /** Writes down that an answer came by a browser that did not leave for it. */
  readonly stray: () => Promise<void>;
  /** The page after logout, where one of these sessions is the browser's; it goes on to `to`. Undefined where none is. */
  readonly page: (
    request: HttpRequest,
    sessions: readonly string[],
    to: { readonly provider: string; readonly uri: string },
  ) => Promise<HttpResponse | undefined>;
  /** The cookie with the state of a logout of ours, and where it goes on. */
  readonly stateCookie: HostCookieName;
  readonly backPath: string;
  /** Where a browser goes whose provider has no place for our answer. */
  readonly overPath: string;
  readonly localeOf: (request: HttpRequest) => Locale;
  readonly showFailure: (request: HttpRequest, failure: { readonly reason: 'upstream.invalid' }) => HttpResponse;
}

/** Below the address of logouts: where a browser comes back to with our cookies, and from the page after logout. */
export const samlLogoutOnPath = (path: string): string => `${path}/on`;
export const samlLogoutDonePath = (path: string): string => `${path}/done`;

const mostBytes = 65_536;
const queryLimits = { maxBytes: 8192, maxFields: 8 };
const soapType = /^text\/xml(?:[ \t]*;|$)/i;
const formType = /^application\/x-www-form-urlencoded(?:[ \t]*;|$)/i;

const machine = (status: number, body: Buffer | string, type: string): HttpResponse => ({
  status,
  headers: { ...answerHeaders, 'cache-control': 'no-store', 'content-type': type },
  body,
});

export function samlLogoutRoutes(ports: SamlLogoutPorts, tries: WrongTries = wrongTries()): readonly Route[] {
  const refuse = (request: HttpRequest): HttpResponse => ports.showFailure(request, { reason: 'upstream.invalid' });

  /** By redirect, with our cookies where the browser is the person's own window. */
  async function byRedirect(request: HttpRequest): Promise<HttpResponse> {
    const outcome = await ports.take({ binding: 'redirect', query: request.query });
    return outcome.kind === 'refused' ? refuse(request) : await carryOn(request, outcome);
  }

  /**
   * By POST from another site, and so without our cookies: what it says is done at once, and the browser comes back with a
   * GET to be shown it. By a page, for the provider's `form-action` names us alone.
   */
  async function byPost(request: HttpRequest): Promise<HttpResponse> {
    const names = ['SAMLRequest', 'SAMLResponse', 'RelayState'];
    const form = readForm(request, { maxBytes: mostBytes, maxFields: 8 });
    const fields = form.ok ? names.flatMap((name) => form.all(name).map((value) => [name, value] as const)) : [];
    const outcome = await ports.take({ binding: 'post', fields });
    if (outcome.kind === 'refused') return refuse(request);
    const on = `${samlLogoutOnPath(ports.path)}?${new URLSearchParams({ to: ports.seal(outcome) })}`;
    return onwardPage(on, onwardWords(ports.localeOf(request)));
  }

  function carriedBy(request: HttpRequest): { carried: CarriedSamlLogout | undefined; passed: string | undefined } {
    const query = parseQuery(request.query, queryLimits);
    const fields: ReadonlyMap<string, string> = query.ok && query.duplicates.length === 0 ? query.fields : new Map();
    return { carried: ports.unseal(fields.get('to') ?? ''), passed: fields.get('passed') };
  }

  async function back(request: HttpRequest): Promise<HttpResponse> {
    const { carried } = carriedBy(request);
    return carried === undefined ? refuse(request) : await carryOn(request, carried);
  }

  async function carryOn(request: HttpRequest, carried: CarriedSamlLogout): Promise<HttpResponse> {
    if (carried.kind === 'answered') return await answered(request, carried);
    const { taken } = carried;
    const uri = `${samlLogoutDonePath(ports.origin + ports.path)}?to=${ports.seal(carried)}`;
    // In a frame of the provider's page nothing of ours can be shown.
    const window = ['document', undefined].includes(singleHeader(request, 'sec-fetch-dest'));
    const page = window ? await ports.page(request, taken.sessions, { provider: taken.provider, uri }) : undefined;
    return page ?? (await send(request, taken));
  }

  /** An answer counts in the browser that left for it alone, once. */
  async function answered(
    request: HttpRequest,
    { state: about, ended }: Extract<CarriedSamlLogout, { kind: 'answered' }>,
  ): Promise<HttpResponse> {
    const state = cookiesOf(request).get(ports.stateCookie);
    if (state === undefined || tokenHash(state) !== about) {
      await ports.stray();
      return refuse(request);
    }
    const on = new URLSearchParams({ state, ...(ended ? {} : { open: '1' }) });
    return seeOther(`${ports.backPath}?${on}`, [removedHostCookie(ports.stateCookie)]);
  }

  /** From the page after logout, or instead of it: the browser takes our answer to the provider. */
  async function done(request: HttpRequest): Promise<HttpResponse> {
    const { carried, passed } = carriedBy(request);
    return carried?.kind === 'taken' ? await send(request, carried.taken, passed) : refuse(request);
  }

  async function send(request: HttpRequest, taken: TakenSamlLogout, passed?: string): Promise<HttpResponse> {
    const answer = await ports.answer(taken, passed);
    if (answer?.kind === 'redirect') return seeOther(answer.url);
    if (answer?.kind === 'post')
      return selfPostingForm(answer.form.action, answer.form.fields, backWords([ports.localeOf(request)]));
    return seeOther(ports.overPath);
  }

  /** From the provider's server: anybody may call, so those who err are slowed down. */
  async function byServer(request: HttpRequest): Promise<HttpResponse> {
    const now = ports.clock();
    const wait = tries.waitMs(request.ip, now);
    if (wait > 0) {
      const told = machine(429, 'too many requests that were refused', 'text/plain; charset=utf-8');
      return { ...told, headers: { ...told.headers, 'retry-after': String(Math.ceil(wait / 1000)) } };
    }
    const isSoap = soapType.test(singleHeader(request, 'content-type') ?? '');
    const outcome = isSoap ? await ports.take({ binding: 'soap', body: request.body }) : undefined;
    const answer = outcome?.kind === 'taken' ? await ports.answer(outcome.taken) : undefined;
    if (answer?.kind === 'soap') return machine(200, answer.body, 'text/xml; charset=utf-8');
    tries.count(request.ip, now);
    return machine(400, 'the logout was not accepted', 'text/plain; charset=utf-8');
  }

  const isForm = (request: HttpRequest): boolean => formType.test(singleHeader(request, 'content-type') ?? '');
  return [
    { method: 'GET', path: ports.path, handle: byRedirect },
    {
      method: 'POST',
      path: ports.path,
      maxBodyBytes: mostBytes,
      handle: (request) => (isForm(request) ? byPost(request) : byServer(request)),
    },
    { method: 'GET', path: samlLogoutOnPath(ports.path), handle: back },
    { method: 'GET', path: samlLogoutDonePath(ports.path), handle: done },
  ];
}
