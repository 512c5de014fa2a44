// A login that begins here (SAML Profiles 4.1.5): only for applications whose record allows it, which none does by itself.
import { type HttpRequest, type HttpResponse, parseQuery } from '../../../base/http/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import type { CatalogueSnapshot, Issuer, SamlApplication } from '../../../core/catalogue/index.ts';
import { callOf, noMetadata, refuseByPage, type SamlContext } from './call.ts';
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

/**
 * Where a person goes whom a provider sent though nobody asked (decision 0019): where logins begin for the application
 * of the provider's record. Of what the provider sent, its name alone is used.
 */
export function startOfUnasked(catalogue: CatalogueSnapshot, entityId: string): string | undefined {
  const provider = [...catalogue.providers.values()].find(({ saml }) => saml?.entityId === entityId);
  const to = provider?.saml?.unsolicitedTo;
  if (provider === undefined || to === undefined) return undefined;
  const start = startUrl(catalogue, to);
  return start === undefined
    ? catalogue.applications.get(to)?.homeUrl
    : `${start}?${new URLSearchParams({ provider: provider.id })}`;
}

const mayBegin = ({ unsolicited, issuer: own }: SamlApplication, { id }: Issuer): boolean => unsolicited && own === id;

/**
 * Answers GET /saml/init/{application}. It takes no RelayState: what an application does with one is its own, and
 * anybody can write a link. `provider` is a wish, as in a request.
 */
export async function initiate(context: SamlContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  await loadXml();
  const call = callOf(context, issuer, 'init');
  const record = call.catalogue.samlApplications.get(request.params.application ?? '');
  const partner = record && (await context.ports.partner(record));
  if (partner?.ok === false) return await refuseByPage(context, call, record?.id, noMetadata(partner));
  const application = partner?.record;
  const places = application?.assertionConsumers ?? [];
  const place = places.find(({ isDefault }) => isDefault === true) ?? places[0];
  if (application === undefined || place === undefined || !mayBegin(application, issuer)) {
    const because = 'no application whose logins may begin here';
    return await refuseByPage(context, call, application?.id, { check: 'request.unsolicited', because });
  }
  const { locale } = context.ports.browser.read(request);
  const memo = {
    application: application.id,
    answerTo: place.location,
    answerBinding: place.binding === 'artifact' ? place.binding : undefined,
    locales: locale === undefined ? [] : [locale],
  };
  const login = plainLogin(call, memo);
  return await begin(context, call, { ...login, wishedProviders: wishedIn(request.query) }, request);
}

function wishedIn(text: string): readonly string[] | undefined {
  const query = parseQuery(text, { maxBytes: 1000, maxFields: 4 });
  const provider = query.ok ? query.fields.get('provider') : undefined;
  return provider === undefined ? undefined : [provider];
}
