// The demo's trail in the browser: what the audit says of the latest logins, in words. Only wired in the demo.
import { type HtmlValue, type HttpRequest, type HttpResponse, html } from '../../../base/http/index.ts';
import { type AuditKind, type Locale, localized } from '../../../wire/codes/index.ts';
import { type TextKey, text, trailWords } from '../../../wire/texts/index.ts';
import { cardPath, kindName } from './cards/parts.ts';
import { applicationName, clockTimeOf, heldSession, localeOf, portalPage, timeOf, whoIsHere } from './portal-page.ts';
import type { PortalPorts, TrailReader } from './ports.ts';
import { groupTrail, type TrailEvent, type TrailGroup } from './trail-groups.ts';

const mostGroups = 12;

/** A card's steps in the words of its own page. */
const cardWords = {
  'card.ordered': 'card.did.order',
  'card.approved': 'card.did.approve',
  'card.declined': 'card.did.decline',
  'card.identityChecked': 'card.did.checkIdentity',
  'card.requested': 'card.did.requestCertificates',
  'card.refusedByIssuer': 'card.did.refuseCertificates',
  'card.made': 'card.did.certify',
  'card.spoiled': 'card.did.makeAgain',
  'card.received': 'card.did.receive',
  'card.used': 'card.did.use',
  'card.suspended': 'card.did.suspend',
  'card.resumed': 'card.did.resume',
  'card.endAsked': 'card.did.askEnd',
  'card.ended': 'card.did.end',
  'card.expired': 'card.did.expire',
  'card.toBeReplaced': 'card.did.toBeReplaced',
  'card.leftByHand': 'card.did.leaveByHand',
  'card.revokedByHand': 'card.did.confirmByHand',
} as const satisfies Readonly<Record<Exclude<Extract<AuditKind, `card.${string}`>, `card.renewal${string}`>, TextKey>>;

/** The same of an account in another system, in the words of its page. */
const accountWords = {
  'account.asked': 'accounts.did.asked',
  'account.opened': 'accounts.did.opened',
  'account.extended': 'accounts.did.extended',
  'account.closed': 'accounts.did.closed',
  'account.deleted': 'accounts.did.deleted',
  'account.refused': 'accounts.did.refused',
  'account.tryAsked': 'accounts.did.tryAsked',
  'account.closeAsked': 'accounts.did.closeAsked',
} as const satisfies Readonly<
  Record<
    Exclude<
      Extract<AuditKind, `account.${string}`>,
      'account.compared' | 'account.mendApproved' | 'account.sharedSignal'
    >,
    TextKey
  >
>;
const ownWords: Readonly<Partial<Record<AuditKind, TextKey>>> = { ...cardWords, ...accountWords };

/** What stands under a step: another application than its group's, the way and its level, what policy said and by which rules, or why not. */
function details(ports: PortalPorts, locale: Locale, group: TrailGroup, event: TrailEvent): readonly string[] {
  const { labels, decisions } = trailWords[locale];
  const { providers, rules, accountTargets } = ports.catalogue();
  const level = (name: NonNullable<TrailEvent['proof']>['assurance']) => text(locale, `assurance.${name}`);
  const { proof, decision, reason, application, card, target } = event;
  const provider = proof && providers.get(proof.provider);
  const system = target && accountTargets.get(target);
  return [
    ...(application === undefined || application === group.application
      ? []
      : [applicationName(ports, locale, application)]),
    ...(target === undefined ? [] : [system ? localized(system.name, locale) : target]),
    ...(card === undefined ? [] : [card.by ?? text(locale, 'cards.hub')]),
    ...(reason === undefined ? [] : [text(locale, `reason.${reason}.title`)]),
    ...(proof ? [`${provider ? localized(provider.name, locale) : proof.provider}: ${level(proof.assurance)}`] : []),
    ...(decision ? [`${decisions[decision.outcome]}; ${labels.required}: ${level(decision.required)}`] : []),
    ...(decision?.reached ? [`${labels.reached}: ${level(decision.reached)}`] : []),
    ...(decision?.rules ?? []).flatMap((id) => {
      const rule = rules.get(id);
      return rule ? [localized(rule.shown ?? { en: rule.title }, locale)] : [];
    }),
  ];
}

function step(ports: PortalPorts, locale: Locale, group: TrailGroup, event: TrailEvent): HtmlValue {
  const own = ownWords[event.kind];
  const words = own
    ? `${event.kind in accountWords ? `${text(locale, 'accounts.one')}: ` : ''}${text(locale, own)}`
    : ((trailWords[locale].steps as Readonly<Record<string, string>>)[event.kind] ?? event.kind);
  const more = details(ports, locale, group, event);
  const seal =
    event.index === undefined ? text(locale, 'trail.waiting') : text(locale, 'trail.sealed', { index: event.index });
  return html`<li><span>${clockTimeOf(ports, locale, event.at)} <span${event.refused && html` class="failed"`}>${words}</span>${
    more.length > 0 && html`<br><span class="quiet">${more.join(' · ')}</span>`
  }</span><span class="quiet small">${seal}</span></li>`;
}

function groupSheet(ports: PortalPorts, locale: Locale, group: TrailGroup): HtmlValue {
  const { application, person, reference, events, card } = group;
  const kind = card && kindName(locale, ports.catalogue().cardProfiles.get(card.profile), card.profile);
  const names = [kind ?? (application && applicationName(ports, locale, application)), person].filter(
    (name) => name !== undefined,
  );
  return html`<section class="sheet"><div class="stack close"><h2>${names.join(' · ') || reference}</h2><p class="quiet">${timeOf(
    ports,
    locale,
    events[0]?.at ?? 0,
  )}${card !== undefined && html` · <a class="print" href="${cardPath(card.id)}">${card.id}</a>`}${card === undefined && reference !== undefined && html` · <span class="code">${reference}</span>`}</p></div><ul class="rows">${events.map(
    (event) => step(ports, locale, group, event),
  )}</ul></section>`;
}

/** GET /demo/trail */
export async function trailPage(ports: PortalPorts, trail: TrailReader, request: HttpRequest): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const [{ events, sealed }, held] = await Promise.all([trail.latest(), heldSession(ports, request)]);
  const groups = groupTrail(events).slice(0, mostGroups);
  const example = groups.find(({ events: [first] }) => first?.kind.startsWith('journey.'))?.reference;
  const title = text(locale, 'trail.title');
  const command = (words: string): HtmlValue => html`<p class="command">${words}</p>`;
  return portalPage(ports, request, {
    title,
    bare: true,
    wide: true,
    loggedIn: held !== undefined,
    content: html`<div class="stack close"><h1>${title}</h1><p class="lead">${text(locale, 'trail.lead')}</p></div>
${held && html`<div>${await whoIsHere(ports, locale, held)}</div>`}
<section class="sheet">${sealed !== undefined && html`<p><strong>${text(locale, 'trail.checkpoint', { size: sealed })}</strong></p>`}
<div class="stack close"><p>${text(locale, 'trail.verify')}</p>${command('npx tillit audit verify')}</div>
<div class="stack close"><p>${text(locale, 'trail.all')}</p>${command('npx tillit audit tail')}</div>
${example !== undefined && html`<div class="stack close"><p>${text(locale, 'trail.explain')}</p>${command(`npx tillit explain ${example}`)}</div>`}</section>
${groups.length === 0 ? html`<section class="sheet"><p>${text(locale, 'trail.empty')}</p></section>` : groups.map((group) => groupSheet(ports, locale, group))}`,
  });
}
