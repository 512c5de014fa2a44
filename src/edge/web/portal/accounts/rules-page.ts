// A rule tried out: chosen and changed in a form or written as text, and what it would do to whom; nothing is changed.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, seeOther } from '../../../../base/http/index.ts';
import { type AccountDifference, ruleEffects } from '../../../../core/provisioning/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { type TextKey, text } from '../../../../wire/texts/index.ts';
import {
  type Held,
  heldSession,
  localeOf,
  ownForm,
  portalPage,
  queryOf,
  sessionForm,
  timeOf,
  whoIsHere,
} from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { lookProof, noRight } from './list-page.ts';
import { accountPath, accountsPath, rulesPath } from './parts.ts';
import type { AccountDesk, DryRun, DryRunLine, RuleDraft, RuleLine } from './ports.ts';

export const ruleFormLimits = { maxBytes: 32 * 1024, maxFields: 16 };
const longestField = 8000;
const longestText = 20_000;
const lists = ['applications', 'organisations', 'roles', 'attributes', 'groups'] as const;

/** GET /accounts/rules */
export async function rulesPage(ports: PortalPorts, desk: AccountDesk, request: HttpRequest): Promise<HttpResponse> {
  const found = await lookProof(ports, request, rulesPath);
  if ('answer' in found) return found.answer;
  if (!(await desk.mayLook(found.held.session.person))) return noRight(ports, request, found.held);
  const chosen = queryOf(request).get('rule');
  const rule = desk.rules().find(({ id }) => id === chosen);
  return show(ports, desk, request, found.held, rule && { rule: rule.id, fields: rule.fields, text: rule.text });
}

interface Filled {
  readonly rule: string | undefined;
  readonly fields: ReadonlyMap<string, string>;
  readonly text: string;
}

async function show(
  ports: PortalPorts,
  desk: AccountDesk,
  request: HttpRequest,
  held: Held,
  filled: Filled | undefined,
  result?: DryRun,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const rules = desk.rules();
  const chosen = rules.find(({ id }) => id === filled?.rule);
  const answer = await portalPage(ports, request, {
    title: text(locale, 'accounts.rules'),
    loggedIn: true,
    back: rulesPath,
    content: html`${await whoIsHere(ports, locale, held)}<p>${text(locale, 'accounts.rulesLead')}</p>${result && resultOf(ports, locale, result)}
${chooseForm(locale, rules, chosen)}${chosen && filled && fieldsForm(ports, locale, held, chosen, filled)}
${textForm(ports, locale, held, filled)}<p><a href="${accountsPath}">${text(locale, 'accounts.title')}</a></p>`,
  });
  return result?.kind === 'faults' ? { ...answer, status: 409 } : answer;
}

const chooseForm = (locale: Locale, rules: readonly RuleLine[], chosen: RuleLine | undefined): HtmlValue =>
  rules.length === 0
    ? html`<p>${text(locale, 'accounts.noRules')}</p>`
    : html`<form method="get" action="${rulesPath}" class="stack"><div class="field"><label for="rule">${text(locale, 'accounts.rule')}</label><select id="rule" name="rule">${rules.map(
        (rule) =>
          html`<option value="${rule.id}"${rule.id === chosen?.id && html` selected`}>${localized(rule.name, locale)}${rule.targetName && html` (${localized(rule.targetName, locale)})`}</option>`,
      )}</select></div><div class="actions"><button class="other">${text(locale, 'accounts.chooseRule')}</button></div></form>`;

function fieldsForm(ports: PortalPorts, locale: Locale, held: Held, rule: RuleLine, { fields }: Filled): HtmlValue {
  const area = (name: (typeof lists)[number]): HtmlValue =>
    html`<div class="field"><label for="${name}">${text(locale, `accounts.field.${name}`)}</label><textarea id="${name}" name="${name}" rows="3" maxlength="${longestField}" spellcheck="false" autocomplete="off" aria-describedby="${name}-hint">${fields.get(name) ?? ''}</textarea><p id="${name}-hint" class="quiet">${text(locale, name === 'attributes' ? 'accounts.hintAttributes' : 'accounts.hintLines')}</p></div>`;
  return html`<section class="sheet"><h2>${localized(rule.name, locale)}</h2>${sessionForm(
    ports,
    held,
    rulesPath,
    [['rule', rule.id]],
    html`<div class="stack">${lists.map(area)}
<div class="field"><label for="lifetime">${text(locale, 'accounts.field.lifetime')}</label><input id="lifetime" name="lifetime" type="number" min="1" max="2592000" required value="${fields.get('lifetime') ?? ''}" autocomplete="off"></div>
<div class="field"><label for="closed">${text(locale, 'accounts.field.closed')}</label><select id="closed" name="closed"><option value="">${text(locale, 'accounts.inUse')}</option><option value="yes"${fields.get('closed') === 'yes' && html` selected`}>${text(locale, 'accounts.notInUse')}</option></select></div>
<div class="actions"><button class="main">${text(locale, 'accounts.try')}</button></div></div>`,
  )}</section>`;
}

const textForm = (ports: PortalPorts, locale: Locale, held: Held, filled: Filled | undefined): HtmlValue =>
  html`<section class="sheet"><h2>${text(locale, 'accounts.orText')}</h2>${sessionForm(
    ports,
    held,
    rulesPath,
    [['rule', filled?.rule ?? '']],
    html`<div class="stack"><div class="field"><label for="text">${text(locale, 'accounts.ruleText')}</label><textarea id="text" name="text" rows="12" maxlength="${longestText}" required spellcheck="false" autocomplete="off" aria-describedby="text-hint">${filled?.text ?? ''}</textarea><p id="text-hint" class="quiet">${text(locale, 'accounts.hintText')}</p></div><div class="actions"><button class="other">${text(locale, 'accounts.tryText')}</button></div></div>`,
  )}</section>`;

function resultOf(ports: PortalPorts, locale: Locale, result: DryRun): HtmlValue {
  if (result.kind === 'faults')
    return html`<div class="bad" role="alert"><h2>${text(locale, 'accounts.faults')}</h2>${
      result.faults.length === 0
        ? html`<p><a href="#text">${text(locale, 'accounts.unreadable')}</a></p>`
        : html`<ul>${result.faults.map((fault) => html`<li>${fault}</li>`)}</ul>`
    }</div>`;
  const { counts, sample, reach, looked, isWhole } = result;
  return html`<section class="sheet" id="result" role="status"><h2>${text(locale, 'accounts.result')}</h2><p>${text(locale, 'accounts.resultNote')}</p>${
    !isWhole && html`<p class="note">${text(locale, 'accounts.notWhole', { looked })}</p>`
  }<dl class="facts">${ruleEffects.map((effect) => html`<dt>${text(locale, `accounts.effect.${effect}`)}</dt><dd>${counts[effect]}</dd>`)}</dl><p>${text(locale, 'accounts.reach', reach)}</p>${
    sample.length > 0 &&
    html`<h3>${text(locale, 'accounts.sample', { count: sample.length })}</h3><ul class="rows">${sample.map((line) => sampleLine(ports, locale, line))}</ul>`
  }</section>`;
}

const sampleLine = (ports: PortalPorts, locale: Locale, line: DryRunLine): HtmlValue =>
  html`<li><span><b><a href="${accountPath(line)}">${line.holder}</a></b>: ${text(locale, `accounts.effect.${line.effect}`)}${line.differences.map(
    (one) => html`<br><span class="quiet">${differenceText(ports, locale, one)}</span>`,
  )}</span></li>`;

function differenceText(ports: PortalPorts, locale: Locale, one: AccountDifference): HtmlValue {
  const label = text(locale, `accounts.diff.${one.what}` satisfies TextKey);
  switch (one.what) {
    case 'until':
      return html`${label}: ${timeOf(ports, locale, one.before)} → ${timeOf(ports, locale, one.after)}`;
    case 'container':
      return html`${label}: ${one.before} → ${one.after}`;
    case 'attribute':
      return html`${one.name}: ${one.before || '–'} → ${one.after || '–'}`;
    case 'joins':
    case 'leaves':
      return html`${label}: ${one.group}`;
    default:
      return label;
  }
}

/** POST /accounts/rules: reads and counts, and changes nothing. */
export async function tryRule(ports: PortalPorts, desk: AccountDesk, request: HttpRequest): Promise<HttpResponse> {
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(rulesPath);
  const fields = ownForm(ports, request, session, ruleFormLimits);
  if (fields === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const found = await lookProof(ports, request, rulesPath);
  if ('answer' in found) return found.answer;
  const { person } = found.held.session;
  if (!(await desk.mayLook(person))) return noRight(ports, request, found.held);
  const given = fields.get('text');
  const draft: RuleDraft = { text: given, fields };
  const rule = desk.rules().find(({ id }) => id === fields.get('rule'));
  const filled: Filled = {
    rule: rule?.id,
    fields: given === undefined ? fields : (rule?.fields ?? new Map()),
    text: given ?? rule?.text ?? '',
  };
  return show(ports, desk, request, found.held, filled, await desk.dryRun(person, draft));
}
