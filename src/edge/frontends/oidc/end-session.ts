// Logout by an application (OpenID Connect RP-Initiated Logout 1.0): with its ID token at once, else the person is asked.
import { type HttpRequest, type HttpResponse, parseQuery, readForm, seeOther } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import type { CatalogueSnapshot, Issuer } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { firstRefusal } from '../../../core/grants/index.ts';
import { withQuery } from './authorization-response.ts';
import { pageReason } from './authorize-checks.ts';
import { callOf, commonOf, type OidcContext, ourKeys } from './endpoint.ts';
import { readIdTokenHint } from './id-token-hint.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import type { LogoutTarget } from './ports.ts';
import { refusedRecord } from './records.ts';

/** Answers GET and POST /end-session. Throws a Problem for a page where the request cannot be believed. */
export async function endSession(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'end-session');
  const { ports, checks } = context;
  const { now, catalogue } = call;
  const parameters = parametersOf(request.method === 'POST' ? readForm(request) : parseQuery(request.query));
  const text = parameters.get('id_token_hint');
  const hint =
    text === undefined
      ? undefined
      : readIdTokenHint(text, { issuer: issuer.url, client: undefined, keys: ourKeys(context, issuer), catalogue });
  const client = parameters.get('client_id') ?? (hint?.ok === true ? hint.client : undefined);
  const application = client === undefined ? undefined : catalogue.clients.get(client);

  const refused = firstRefusal(checks.endSession, { parameters, issuer: issuer.id, hint, application });
  if (refused !== undefined) {
    const reason = pageReason(refused.check);
    await ports.commit(recordOnly([refusedRecord(commonOf(call, application?.id), refused, { reason })]));
    throw new Problem({
      kind: 'invalid',
      code: reason,
      public: { reference: call.reference },
      detail: `${refused.check}: ${refused.description}`,
    });
  }

  const target = targetOf(parameters, application?.id);
  const cookie = ports.browser.read(request).session;
  const session = cookie === undefined ? undefined : await ports.sessions.find(cookie, now);
  const ask =
    hint?.ok !== true || firstRefusal(checks.silentLogout, { hint, browserSession: session?.id }) !== undefined;
  if (ask || hint.session === undefined) return seeOther(ports.browser.confirmLogoutUrl(target));
  await ports.sessions.end(hint.session, 'logoutByApplication', call.reference);
  // By way of our page: frames are for a browser (Front-Channel Logout 1.0), and what was not reached must be seen.
  return seeOther(
    ports.browser.loggedOutUrl(hint.session, target),
    session === undefined ? [] : ports.browser.forget(),
  );
}

function targetOf(parameters: Parameters, application: string | undefined): LogoutTarget | undefined {
  const uri = parameters.get('post_logout_redirect_uri');
  if (uri === undefined || application === undefined) return undefined;
  return { application, uri, state: parameters.get('state')?.slice(0, 2048) };
}

/** Where the browser goes when a logout is done. */
export const logoutUrl = ({ uri, state }: LogoutTarget): string =>
  withQuery(uri, state === undefined ? [] : [['state', state]]);

/**
 * Whether a target that came back by way of a page is still one that the application registered: for the page that asks
 * the person. Undefined when it is not.
 */
export function registeredTarget(
  catalogue: CatalogueSnapshot,
  given: { readonly application: string; readonly uri: string; readonly state?: string | undefined },
): LogoutTarget | undefined {
  const application = catalogue.clients.get(given.application);
  return application?.postLogoutRedirectUris.includes(given.uri) === true ? given : undefined;
}
