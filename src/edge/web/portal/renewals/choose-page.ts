// Choosing which cards to renew, and the renewals so far.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, seeOther } from '../../../../base/http/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { type TextKey, text } from '../../../../wire/texts/index.ts';
import { kindName, minimum, renewalsPath } from '../cards/parts.ts';
import {
  type Held,
  heldSession,
  localeOf,
  ownForm,
  portalPage,
  problem,
  sessionForm,
  timeOf,
  whoIsHere,
} from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { anyProof, proven, wayBackTo } from '../proven.ts';
import type { RenewalLine, RenewalWish } from './ports.ts';

export const renewalPath = (id: string): string => `${renewalsPath}/${encodeURIComponent(id)}`;

/** GET /cards/renewals */
export async function renewalsPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const way = wayBackTo(request, renewalsPath);
  const found = await proven(ports, request, way, { minimum, proofSeconds: anyProof(ports) });
  return 'answer' in found ? found.answer : show(ports, request, found.held);
}

async function show(
  ports: PortalPorts,
  request: HttpRequest,
  held: Held,
  given: Partial<RenewalWish> = {},
  fault?: TextKey,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const { person } = held.session;
  const [choices, lines, who] = await Promise.all([
    ports.renewals.choices(person),
    ports.renewals.list(person),
    whoIsHere(ports, locale, held),
  ]);
  const page = async (title: TextKey, content: HtmlValue, status: number): Promise<HttpResponse> => ({
    ...(await portalPage(ports, request, {
      title: text(locale, title),
      loggedIn: true,
      content: html`${who}${content}`,
    })),
    status,
  });
  if (choices.organisations.length === 0)
    return page('cards.noRight', html`<p>${text(locale, 'cards.noRightBody')}</p>`, 403);
  if (choices.profiles.length === 0)
    return page('renewals.title', html`<p>${text(locale, 'renewals.noKind')}</p>`, 200);
  const select = (
    name: 'organisation' | 'profile',
    label: TextKey,
    options: readonly (readonly [id: string, name: string])[],
  ): HtmlValue =>
    html`<div class="field"><label for="${name}">${text(locale, label)}</label><select id="${name}" name="${name}" required>${options.map(
      ([id, name_]) => html`<option value="${id}"${id === given[name] && html` selected`}>${name_}</option>`,
    )}</select></div>`;
  const isDayWrong = fault === 'renewal.day' || fault === 'renewal.tooMany';
  const form = sessionForm(
    ports,
    held,
    renewalsPath,
    [],
    html`<div class="stack">${select(
      'organisation',
      'renewals.organisation',
      choices.organisations.map(({ id, name }) => [id, name]),
    )}${select(
      'profile',
      'cards.kind',
      choices.profiles.map(({ id, name }) => [id, localized(name, locale)]),
    )}<div class="field"><label for="day">${text(locale, 'renewals.before')}</label><input id="day" name="day" type="date" required value="${given.day ?? ''}"${
      isDayWrong && html` aria-invalid="true"`
    }></div><div class="actions"><button class="main">${text(locale, 'renewals.look')}</button></div></div>`,
  );
  return page(
    'renewals.title',
    html`${fault && problem(locale, fault, isDayWrong ? 'day' : undefined)}<p>${text(locale, 'renewals.lead')}</p>${form}
<h2>${text(locale, 'renewals.jobs')}</h2>${
      lines.length === 0 ? html`<p>${text(locale, 'renewals.none')}</p>` : list(ports, locale, lines)
    }`,
    fault === undefined ? 200 : 400,
  );
}

/** What a job is about, in a line. */
export const titleOf = (locale: Locale, { job, profile, organisation }: RenewalLine): string =>
  text(locale, 'renewals.what', { kind: kindName(locale, profile, job.profile), organisation });

const list = (ports: PortalPorts, locale: Locale, lines: readonly RenewalLine[]): HtmlValue =>
  html`<ul class="choices">${lines.map(
    (line) =>
      html`<li><a class="choice" href="${renewalPath(line.job.id)}"><span><b>${titleOf(locale, line)}</b>${text(locale, `renewals.state.${line.job.state}`)}<span>${timeOf(ports, locale, line.job.draftedAt)}, ${seenText(locale, line)}</span></span></a></li>`,
  )}</ul>`;

/** How many of the cards are seen to. */
export const seenText = (locale: Locale, { counts }: Pick<RenewalLine, 'counts'>): string =>
  text(locale, 'renewals.seen', {
    seen: counts.done + counts.failed,
    all: counts.done + counts.failed + counts.waiting,
  });

/** POST /cards/renewals: what would be done is written down, and shown. */
export async function draftForm(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(renewalsPath);
  const fields = ownForm(ports, request, session);
  const [organisation, profile, day] = ['organisation', 'profile', 'day'].map((name) => fields?.get(name));
  if (organisation === undefined || profile === undefined || day === undefined)
    return ports.showFailure(request, { reason: 'forbidden' });
  const way = { back: renewalsPath, proved: false };
  const found = await proven(ports, request, way, { minimum, proofSeconds: anyProof(ports) });
  if ('answer' in found) return found.answer;
  const wish = { organisation, profile, day };
  const done = await ports.renewals.draft(found.held.session, wish);
  if (done.kind === 'done') return seeOther(renewalPath(done.id));
  return show(ports, request, found.held, wish, done.kind === 'refused' ? done.code : 'renewal.otherStep');
}
