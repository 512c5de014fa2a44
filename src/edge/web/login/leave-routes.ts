// The way to a provider's own pages and back: the leaving, and each provider's callback address by GET and by form_post.
import {
  type FormResult,
  type HttpRequest,
  type HttpResponse,
  onwardPage,
  parseQuery,
  type Route,
  readForm,
  seeOther,
  withSetCookies,
} from '../../../base/http/index.ts';
import type { Away, StepProblem, Turn } from '../../../core/journey/index.ts';
import { localized } from '../../../wire/codes/index.ts';
import { onwardWords } from '../../../wire/texts/index.ts';
import { awayForm } from './away-form.ts';
import { localeOfRequest, providerCookie } from './cookies.ts';
import type { LoginPorts } from './ports.ts';
import { showProblem } from './show-step.ts';
import { loginPath } from './turn-answer.ts';

const journeyId = /^[A-Za-z0-9-]{1,64}$/;
const providerId = /^[a-z0-9][a-z0-9._-]{0,50}$/;
/** A code, a state and a little more; a provider that sends tokens here is refused. */
const limits = { maxBytes: 16_384, maxFields: 20 };
/** An assertion, signed and encrypted, in base64 and escaped. */
const samlLimits = { maxBytes: 262_144, maxFields: 20 };

/** Where the browser leaves for a provider: a link, for browsers hold `form-action` against redirects after a form. */
export const leavePath = (journey: string, provider: string): string =>
  `${loginPath(journey)}/leave?provider=${encodeURIComponent(provider)}`;

/** A provider's own callback path: an answer that was meant for another provider cannot arrive here unseen (O8). */
export const callbackPath = (provider: string): string => `/login/callback/${provider}`;

/** The one callback path of all SAML providers: who answers is in what they sign. */
export const samlCallbackPath = '/login/saml/answer';

/** The one path that their artifacts come to, in a form or an address. */
export const samlArtifactPath = '/login/saml/artifact';

export function leaveRoutes(ports: LoginPorts): readonly Route[] {
  const { dispatcher } = ports;
  const refuse = (request: HttpRequest, reason: StepProblem['reason']): HttpResponse =>
    showProblem(ports, request, { kind: 'problem', reason });

  async function leave(request: HttpRequest): Promise<HttpResponse> {
    const id = request.params.id ?? '';
    const query = parseQuery(request.query, { maxBytes: 500, maxFields: 4 });
    const provider = query.ok && query.duplicates.length === 0 ? query.fields.get('provider') : undefined;
    if (!journeyId.test(id) || provider === undefined || !providerId.test(provider))
      return refuse(request, 'journey.unknown');
    const going = await dispatcher.leave(id, provider, ports.browserOf(request));
    if (going.kind === 'away') return seeOther(going.url, [providerCookie(provider)]);
    if (going.kind === 'awayByForm') return sendForm(request, provider, going);
    return going.kind === 'problem' ? showProblem(ports, request, going) : ports.turnAnswer(going as Turn);
  }

  function sendForm(
    request: HttpRequest,
    provider: string,
    { form, locale = ports.browserOf(request).locale ?? 'sv' }: Extract<Away, { kind: 'awayByForm' }>,
  ): HttpResponse {
    const record = ports.catalogue().providers.get(provider);
    const page = awayForm(form, locale, record ? localized(record.name, locale) : provider);
    return withSetCookies(page, [providerCookie(provider)]);
  }

  /** The login may end at once with a redirect to the application, which the provider's page cannot know of. */
  const onward = (request: HttpRequest, to: string): HttpResponse =>
    request.method === 'POST' ? onwardPage(to, onwardWords(localeOfRequest(request))) : seeOther(to);

  /** Cross-site by nature, so no cookie of ours is looked at here; what came counts in the browser that began alone. */
  async function back(request: HttpRequest, read: FormResult, provider: string | undefined): Promise<HttpResponse> {
    if (provider !== undefined && !providerId.test(provider)) return refuse(request, 'notFound');
    // RFC 6749 3.1: no parameter comes twice.
    if (!read.ok || read.duplicates.length > 0) return refuse(request, 'upstream.invalid');
    const parameters = Object.fromEntries(read.fields);
    const came = await dispatcher.returned(provider, parameters, request.ip);
    if ('kind' in came) {
      const unknown = provider === undefined && came.reason === 'journey.unknown';
      const start = unknown ? await ports.startOfUnasked(parameters) : undefined;
      return start === undefined ? showProblem(ports, request, came) : onward(request, start);
    }
    return onward(request, `${loginPath(came.journey)}/handoff?ticket=${encodeURIComponent(came.handoff)}`);
  }

  const path = '/login/callback/:provider';
  const ownOf = (request: HttpRequest): string => request.params.provider ?? '';
  return [
    { method: 'GET', path: '/login/:id/leave', handle: leave },
    { method: 'GET', path, handle: (request) => back(request, parseQuery(request.query, limits), ownOf(request)) },
    {
      method: 'POST',
      path,
      maxBodyBytes: limits.maxBytes,
      handle: (request) => back(request, readForm(request, limits), ownOf(request)),
    },
    {
      method: 'POST',
      path: samlCallbackPath,
      maxBodyBytes: samlLimits.maxBytes,
      handle: (request) => back(request, readForm(request, samlLimits), undefined),
    },
    {
      method: 'GET',
      path: samlArtifactPath,
      handle: (request) => back(request, parseQuery(request.query, limits), undefined),
    },
    {
      method: 'POST',
      path: samlArtifactPath,
      maxBodyBytes: limits.maxBytes,
      handle: (request) => back(request, readForm(request, limits), undefined),
    },
  ];
}
