// The page of somebody who is logged in to Cosmic Link: who, from which organisation, at which level, and the whole ticket.
import { html, type SafeHtml } from '../../../base/http/index.ts';
import type { AssertionFacts } from '../../../base/saml/index.ts';
import type { Locale } from '../../../wire/codes/index.ts';
import { claims, frame, type Look, otherName } from '../pages.ts';
import { demoTexts } from '../texts.ts';
import { linkTexts } from './texts.ts';

/** Attributes by the name that people read. */
function attributesOf({ attributes }: AssertionFacts): Readonly<Record<string, string>> {
  return Object.fromEntries(
    attributes.map(({ name, friendlyName, values }) => [friendlyName ?? name, values.join(', ')]),
  );
}

export function linkPage(look: Look, locale: Locale, assertion: AssertionFacts): SafeHtml {
  const [words, link] = [demoTexts[locale], linkTexts[locale]];
  const said = attributesOf(assertion);
  const name = said['displayName'] ?? assertion.nameId?.value ?? '';
  const { encrypted, responseSigned, assertionSigned } = assertion.protection;
  const envelope = {
    NameID: assertion.nameId?.value ?? '',
    Issuer: assertion.issuer,
    AuthnContextClassRef: assertion.authnContextClassRef,
    AuthenticatingAuthority: assertion.authenticatingAuthorities.join(', '),
    AuthnInstant: new Date(assertion.authnInstant).toISOString(),
    SessionIndex: assertion.sessionIndex ?? '',
  };
  return frame(
    look,
    locale,
    name,
    html`<h1 id="who">${name}</h1>
<p>${link.from} <strong id="organisation">${said['organisationName'] ?? ''}</strong>${said['title'] ? html`, <span id="role">${said['title']}</span>` : ''}. ${words.level}: <span class="level" id="acr">${assertion.authnContextClassRef}</span></p>
<div class="row"><form method="post" action="/logout"><button id="logout">${words.logOut}</button></form>
<a class="button plain" id="other" href="${look.other}/login">${words.open(otherName(look, locale))}</a>
<a class="button plain" href="${look.portal}">${words.logins}</a>
<a class="button plain" href="${look.trail}">${words.trail}</a></div>
<section aria-labelledby="t1"><h2 id="t1">${link.attributes}</h2>${claims(said, 'attribute')}</section>
<section aria-labelledby="t2"><h2 id="t2">${link.assertion}</h2>${claims(envelope, 'assertion')}
<p class="small" id="protection">${link.protection(responseSigned && assertionSigned, encrypted)}</p></section>`,
  );
}
