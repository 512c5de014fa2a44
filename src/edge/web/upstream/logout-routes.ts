// Addresses at which a provider ends what rests on its logins: by its server, and in a frame of its own logout page.
import type { Clock } from '../../../base/clock.ts';
import {
  answerHeaders,
  type HttpRequest,
  type HttpResponse,
  json,
  parseQuery,
  type Route,
  readForm,
} from '../../../base/http/index.ts';
import { type WrongTries, wrongTries } from './wrong-tries.ts';

export type BackchannelOutcome =
  /** Everything that rested on it has ended. */
  | 'ended'
  | 'refused'
  /** The provider's keys cannot be had now. */
  | 'unavailable'
  /** There is no such provider, or its record takes no logouts this way. */
  | 'closed';

export interface UpstreamLogoutPorts {
  readonly clock: Clock;
  /** Judges the token, and ends what it names. */
  readonly backchannel: (provider: string, token: string) => Promise<BackchannelOutcome>;
  /** Ends what rests on this session at the provider; undefined where its record takes no logouts this way. */
  readonly frontchannel: (
    provider: string,
    given: { readonly issuer: string; readonly session: string },
  ) => Promise<FrontchannelOutcome | undefined>;
  /** What an operator registers at the provider; undefined when there is none. */
  readonly registration: (provider: string) => object | undefined;
}

export interface FrontchannelOutcome {
  /** The parameters are of this provider. */
  readonly taken: boolean;
  /** Where the page may be framed. */
  readonly origin: string;
}

export const backchannelLogoutPath = (provider: string): string => `/login/backchannel-logout/${provider}`;
export const frontchannelLogoutPath = (provider: string): string => `/login/frontchannel-logout/${provider}`;
export const registrationPath = (provider: string): string => `/login/registration/${provider}`;

const providerId = /^[a-z0-9][a-z0-9._-]{0,50}$/;
/** A token of 8 kB, and what else a provider may add to the form. */
const formLimits = { maxBytes: 12_288, maxFields: 8 };
const queryLimits = { maxBytes: 2048, maxFields: 8 };

type ErrorCode = 'invalid_request' | 'temporarily_unavailable';

/** 2.8: 400 with an OAuth error body, not to be stored. */
const failed = (error: ErrorCode, why: string, status = 400): HttpResponse =>
  json(status, { error, error_description: why });

/** 2.8: 200, not to be stored. */
const done: HttpResponse = { status: 200, headers: { ...answerHeaders, 'cache-control': 'no-store' }, body: '' };

/** Front-Channel Logout 2: a page for a hidden frame of the provider's; it says nothing and keeps nothing. */
const frame = (origin: string, status: number): HttpResponse => ({
  status,
  headers: {
    ...answerHeaders,
    'content-security-policy': `default-src 'none'; frame-ancestors ${origin}; base-uri 'none'`,
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'no-cache, no-store',
    'content-type': 'text/html; charset=utf-8',
  },
  body: '<!doctype html><html lang="en"><title>Logout</title></html>',
});

/** The routes; the same for every provider, for records come and go while the hub runs. */
export function upstreamLogoutRoutes(ports: UpstreamLogoutPorts, tries: WrongTries = wrongTries()): readonly Route[] {
  const notFound = (): HttpResponse => failed('invalid_request', 'there is no such provider here', 404);

  async function backchannel(request: HttpRequest): Promise<HttpResponse> {
    const now = ports.clock();
    const wait = tries.waitMs(request.ip, now);
    if (wait > 0) {
      const told = failed('temporarily_unavailable', 'too many requests that were refused', 429);
      return { ...told, headers: { ...told.headers, 'retry-after': String(Math.ceil(wait / 1000)) } };
    }
    const refuse = (why: string): HttpResponse => {
      tries.count(request.ip, now);
      return failed('invalid_request', why);
    };
    const provider = request.params.provider ?? '';
    if (!providerId.test(provider)) return notFound();
    const form = readForm(request, formLimits);
    // 2.5: one form-encoded parameter that counts; what else there is must be ignored.
    const token = form.ok && !form.duplicates.includes('logout_token') ? form.fields.get('logout_token') : undefined;
    if (token === undefined) return refuse('one logout_token in a form is needed');
    const outcome = await ports.backchannel(provider, token);
    if (outcome === 'ended') return done;
    if (outcome === 'closed') return notFound();
    if (outcome === 'unavailable')
      return failed('temporarily_unavailable', 'the keys of the issuer cannot be read now');
    return refuse('the logout token was not accepted');
  }

  async function frontchannel(request: HttpRequest): Promise<HttpResponse> {
    const provider = request.params.provider ?? '';
    const query = parseQuery(request.query, queryLimits);
    const [issuer, session] =
      query.ok && query.duplicates.length === 0 ? ['iss', 'sid'].map((name) => query.fields.get(name)) : [];
    if (!providerId.test(provider)) return notFound();
    const given = { issuer: issuer ?? '', session: session ?? '' };
    const outcome = await ports.frontchannel(provider, given);
    return outcome === undefined ? notFound() : frame(outcome.origin, outcome.taken ? 200 : 400);
  }

  function registration(request: HttpRequest): HttpResponse {
    const provider = request.params.provider ?? '';
    const found = providerId.test(provider) ? ports.registration(provider) : undefined;
    return found === undefined ? notFound() : json(200, found);
  }

  return [
    {
      method: 'POST',
      path: backchannelLogoutPath(':provider'),
      maxBodyBytes: formLimits.maxBytes,
      handle: backchannel,
    },
    { method: 'GET', path: frontchannelLogoutPath(':provider'), handle: frontchannel },
    { method: 'GET', path: registrationPath(':provider'), handle: registration },
  ];
}
