// The demo applications' pages in every language: none says a sentence of another, and each says the tickets' claims.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { locales } from '../../wire/codes/index.ts';
import { applicationPage, errorPage, homePage, type Look } from './pages.ts';
import type { Tickets } from './relying-party.ts';
import { demoTexts } from './texts.ts';

const look: Look = {
  theme: 'ehr',
  other: 'https://record.example',
  portal: 'https://hub.example/portal',
  trail: 'https://hub.example/demo/trail',
};
const tickets = (amr: readonly string[]) =>
  ({
    tokenType: 'DPoP',
    idClaims: { sub: 's1', zoneinfo: 'Europe/Oslo', acr: 'urn:tillit:loa:low', amr, name: 'Kari <Nordmann>' },
    accessClaims: { aud: 'api', exp: 1_795_946_463 },
  }) as unknown as Tickets;

describe('each language', () => {
  for (const locale of locales)
    test(locale, () => {
      const pages = [
        homePage(look, locale, 'here'),
        applicationPage(look, locale, tickets(['sc', 'pin']), {}),
        errorPage(look, locale, 'access_denied', ''),
      ].map(String);
      const words = demoTexts[locale];
      for (const page of pages) assert.ok(page.includes(`<html lang="${locale}">`), page);
      assert.ok(pages[0]?.includes(words.ended.here));
      assert.ok(pages[1]?.includes(words.how.pinCard));
      assert.ok(pages[2]?.includes(words.endings.access_denied));
      const others = locales.filter((other) => other !== locale && demoTexts[other].needs.ehr !== words.needs.ehr);
      for (const other of others)
        for (const page of pages) assert.ok(!page.includes(demoTexts[other].needs.ehr), `${other} in ${locale}`);
    });
});

test('what a newcomer compares comes first, and nothing of a ticket is left out or read as HTML', () => {
  const page = String(applicationPage(look, 'en', tickets(['pwd']), {}));
  const names = [...page.matchAll(/<dt>([^<]+)<\/dt>/g)].map(([, name]) => name);
  assert.deepEqual(names, ['name', 'acr', 'amr', 'sub', 'zoneinfo', 'aud', 'exp']);
  assert.ok(page.includes('Kari &lt;Nordmann&gt;'));
  assert.ok(page.includes('1795946463 (2026-11-29T10:01:03.000Z)'));
  assert.ok(page.includes(demoTexts.en.how.password));
});

test('an unknown ending has words too, and its code', () => {
  const page = String(errorPage(look, 'sv', 'constructor', 'some <text>'));
  assert.ok(page.includes(demoTexts.sv.endings.other));
  assert.ok(page.includes('<strong>constructor</strong>, <span lang="en">some &lt;text&gt;</span>'));
});
