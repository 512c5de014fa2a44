// Every text in every language: none missing, the same placeholders, none left in another language; and the choice of language.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { locales, reasonCodes } from '../codes/index.ts';
import { negotiateLocale } from './negotiate.ts';
import { text, textKeys, waitText } from './text.ts';

const placeholders = (value: string): string[] =>
  [...value.matchAll(/\{([^}]*)\}/g)].map((found) => found[1] ?? '').sort();
const raw = (locale: (typeof locales)[number], key: ReturnType<typeof textKeys>[number]): string =>
  text(
    locale,
    key,
    new Proxy(
      {},
      {
        getOwnPropertyDescriptor: (_, name) => ({ configurable: true, enumerable: true, value: `{${String(name)}}` }),
        get: (_, name) => `{${String(name)}}`,
      },
    ),
  );

describe('texts', () => {
  test('every reason code has title, meaning and action in every language', () => {
    for (const locale of locales) {
      for (const code of reasonCodes) {
        for (const part of ['title', 'meaning', 'action'] as const) {
          const value = text(locale, `reason.${code}.${part}`);
          assert.ok(value.length > 3 && value !== `reason.${code}.${part}`, `${locale} ${code} ${part}`);
        }
      }
    }
  });

  test('the same placeholders in every language', () => {
    for (const key of textKeys()) {
      const right = placeholders(raw('en', key));
      for (const locale of locales) assert.deepEqual(placeholders(raw(locale, key)), right, `${locale} ${key}`);
    }
  });

  test('a text is not left in another language', () => {
    const same = (a: 'sv' | 'nb' | 'nl', b: 'en') =>
      textKeys().filter((key) => text(a, key).length > 12 && text(a, key) === text(b, key));
    for (const locale of ['sv', 'nb', 'nl'] as const) assert.deepEqual(same(locale, 'en'), []);
    const norwegian = textKeys().filter((key) => key.startsWith('reason.') && key.endsWith('.meaning'));
    assert.deepEqual(
      norwegian.filter((key) => text('nb', key) === text('nn', key)),
      [],
    );
  });

  test('nynorsk has no bokmål words, and sentences end', () => {
    for (const key of textKeys()) {
      const nynorsk = text('nn', key);
      assert.doesNotMatch(
        nynorsk,
        /\b(ikke|jeg|hvordan|hva|noe|ble|fra|kreves|innlogging(?:en|er)|nettleser(?:en)?|bruker(?:navn|støtte))\b/i,
        `${key}: ${nynorsk}`,
      );
      for (const locale of locales) {
        if (/^reason\..*\.(meaning|action)$/.test(key)) assert.match(text(locale, key), /\.$/, `${locale} ${key}`);
      }
    }
  });

  test('parameters are filled in once; a missing one shows as a gap', () => {
    assert.equal(text('en', 'layout.loggedIn', { name: '{name} $& Åsa' }), 'Logged in as {name} $& Åsa');
    assert.equal(text('en', 'layout.loggedIn'), 'Logged in as …');
    assert.equal(text('en', 'layout.loggedIn', Object.create({ name: 'x' })), 'Logged in as …');
  });

  test('pauses', () => {
    assert.equal(waitText('sv', 40.2), '41 sekunder');
    assert.equal(waitText('nn', 900), '15 minutt');
    assert.equal(waitText('nl', 0), '2 seconden');
  });
});

describe('choosing a language', () => {
  for (const [name, wishes, right] of [
    ['nothing known', {}, 'sv'],
    ['what was chosen wins', { chosen: 'nn', requested: ['en'], remembered: 'nl' }, 'nn'],
    ['then what the application asked for', { requested: ['fr', 'en-GB'], remembered: 'nl' }, 'en'],
    ['then what is remembered', { remembered: 'nl', accepted: 'en' }, 'nl'],
    ['a forged cookie counts for nothing', { remembered: '__proto__', accepted: 'en' }, 'en'],
    ['then the browser', { accepted: 'fr;q=0.9, nb-NO;q=0.5, en;q=0.8' }, 'en'],
    ['quality nought is a no', { accepted: 'en;q=0, nl;q=0.1' }, 'nl'],
    ['no is bokmål', { accepted: 'no' }, 'nb'],
    ['nonsense', { accepted: ';;,q=,*' }, 'sv'],
  ] as const) {
    test(`${name}: ${right}`, () => assert.equal(negotiateLocale(wishes), right));
  }
});
