// A login that begins here (SAML Profiles 4.1.5): only for applications whose record allows it, which none does by itself.
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import type { CatalogueSnapshot, Issuer, SamlApplication } from '../../../core/catalogue/index.ts';
import { callOf, refuseByPage, type SamlContext } from './call.ts';
import { samlUrl } from './paths.ts';
import { begin, plainLogin } from './sign-on.ts';

/** Where a person begins at an application that has no page of its own for it. */
export function startUrl({ issuers, samlApplications }: CatalogueSnapshot, id: string): string | undefined {
  const application = samlApplications.get(id);
  const issuer = issuers.get(application?.issuer ?? '');
  return application?.unsolicited === true && issuer !== undefined
    ? `${samlUrl(issuer, 'init')}/${encodeURIComponent(id)}`
    : undefined;
}

const mayBegin = ({ unsolicited, issuer: own }: SamlApplication, { id }: Issuer): boolean => unsolicited && own === id;

/**
 * Answers GET /saml/init/{application}. It takes no RelayState: what an application does with one is its own, and
 * anybody can write a link.
 */
export async function initiate(context: SamlContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  await loadXml();
  const call = callOf(context, issuer, 'init');
  const application = call.catalogue.samlApplications.get(request.params.application ?? '');
  const places = application?.assertionConsumers ?? [];
  const place = places.find(({ isDefault }) => isDefault === true) ?? places[0];
  if (application === undefined || place === undefined || !mayBegin(application, issuer)) {
    const because = 'no application whose logins may begin here';
    return await refuseByPage(context, call, application?.id, { check: 'request.unsolicited', because });
  }
  const { locale } = context.ports.browser.read(request);
  const memo = { application: application.id, answerTo: place.location, locales: locale === undefined ? [] : [locale] };
  return await begin(context, call, plainLogin(call, memo), request);
}
