// The EHR's page of the core record's answer in every language: ticks, the cross of a refusal with its challenge, nothing as HTML.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locales } from '../../wire/codes/index.ts';
import type { Asked } from './core-record.ts';
import type { Look } from './pages.ts';
import { checkNames } from './record-api/index.ts';
import { recordPage } from './record-page.ts';
import { recordTexts } from './record-texts.ts';

const look: Look = {
  theme: 'ehr',
  other: 'https://r.example',
  portal: 'https://h.example',
  trail: 'https://h.example',
};
const at = checkNames.indexOf('level');
const refused: Asked = {
  status: 401,
  challenge: 'DPoP error="insufficient_user_authentication"',
  answer: {
    checks: checkNames.map((check, index) => ({
      check,
      result: index < at ? 'passed' : index === at ? 'failed' : 'notReached',
      words: '',
      clause: 'RFC',
    })),
  },
};
const answered: Asked = {
  status: 200,
  answer: {
    checks: checkNames.map((check) => ({ check, result: 'passed', words: '', clause: 'RFC' })),
    ticket: { name: 'Kari <Nordmann>' },
    summary: { name: 'Gro', born: 1951, rows: [{ title: 'A', content: '<b>' }] },
  },
};

for (const locale of locales)
  test(locale, () => {
    const words = recordTexts[locale];
    const no = String(recordPage(look, locale, refused, undefined));
    const marks = [...no.matchAll(/aria-hidden="true">(.)</g)].map(([, mark]) => mark);
    assert.deepEqual(
      marks,
      checkNames.map((_, index) => (index < at ? '✓' : index === at ? '✗' : '–')),
    );
    assert.ok(no.includes(`<b>${words.results.failed}:</b> ${words.names.level}`));
    assert.ok(
      no.includes(words.refusedTitle) && no.includes('401 · DPoP error=&quot;insufficient_user_authentication'),
    );
    assert.ok(!no.includes('id="summary"') && !no.includes(words.ticket));
    const yes = String(recordPage(look, locale, answered, refused));
    assert.ok(yes.includes(words.earlier(401, words.names.level)));
    assert.ok(yes.includes('Kari &lt;Nordmann&gt;') && yes.includes('&lt;b&gt;') && yes.includes(words.born(1951)));
  });
