// HTML by template: everything put in is escaped.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { html, type SafeHtml } from './html.ts';

describe('html', () => {
  test('text is escaped, HTML is kept, lists are joined, nothing is left out', () => {
    const inner = html`<b>${'a & b'}</b>`;
    const none: string | undefined = undefined;
    assert.equal(
      html`<p title="${`"'`}">${inner}${[inner, '<']}${none}${false}${7}</p>`.toString(),
      '<p title="&quot;&#39;"><b>a &amp; b</b><b>a &amp; b</b>&lt;7</p>',
    );
  });

  test('an object that only looks like HTML is not taken as HTML', () => {
    const forged = { toString: () => '<script>' } as unknown as SafeHtml;
    assert.throws(() => html`${forged}`);
  });

  test('no text can open a tag or leave an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const made = html`${text}`.toString();
        assert.doesNotMatch(made, /[<>"'`]/);
      }),
    );
  });
});
