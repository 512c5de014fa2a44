// Colours of a brand: contrast by WCAG, what is refused on save, and readable text in light and dark.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { brand } from '../../../../test/fakes/login-steps.ts';
import { brandStyle, checkBrand, contrast } from './brand-style.ts';

describe('brand', () => {
  test('contrast as WCAG 2.2 computes it', () => {
    assert.equal(contrast('#000000', '#ffffff'), 21);
    assert.equal(contrast('#ffffff', '#ffffff'), 1);
    assert.ok(Math.abs((contrast('#767676', '#ffffff') ?? 0) - 4.54) < 0.01);
    assert.equal(contrast('red', '#ffffff'), undefined);
  });

  test('a good brand has no faults', () => assert.deepEqual(checkBrand(brand), []));
  for (const [name, change, fault] of [
    ['a primary too light for white text', { primary: '#7fb2d0' }, { field: 'primary', fault: 'contrast' }],
    ['an accent too light to be seen', { accent: '#ffee88' }, { field: 'accent', fault: 'contrast' }],
    ['no colour', { primary: 'url(x)' }, { field: 'primary', fault: 'notAColour' }],
    ['a logo from elsewhere', { logo: 'https://evil.example/x.png' }, { field: 'logo', fault: 'notAnImage' }],
    ['a logo of another type', { logo: 'data:text/html;base64,AA==' }, { field: 'logo', fault: 'notAnImage' }],
    ['a huge logo', { logo: `data:image/png;base64,${'A'.repeat(200_000)}` }, { field: 'logo', fault: 'tooLarge' }],
    ['no name', { name: ' ' }, { field: 'name', fault: 'empty' }],
    ['nobody to ask', { contact: '' }, { field: 'contact', fault: 'empty' }],
  ] as const) {
    test(name, () => {
      const [found, ...more] = checkBrand({ ...brand, ...change });
      assert.deepEqual({ field: found?.field, fault: found?.fault }, fault);
      assert.deepEqual(more, []);
    });
  }

  test('whatever colours a checked brand has, text on its buttons is readable in light and in dark', () => {
    const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(colour, colour, (primary, accent) => {
        fc.pre(checkBrand({ ...brand, primary, accent }).length === 0);
        const { css } = brandStyle({ ...brand, primary, accent });
        const [light = '', dark = ''] = css.split('@media');
        const of = (part: string, name: string) => new RegExp(`--${name}:(#[0-9a-f]{6})`).exec(part)?.[1] ?? '';
        for (const part of [light, dark]) {
          assert.ok((contrast(of(part, 'primary'), of(part, 'on-primary')) ?? 0) >= 4.5, part);
          assert.ok((contrast(of(part, 'primary-strong'), of(part, 'on-primary')) ?? 0) >= 4.5, part);
        }
        assert.ok((contrast(of(dark, 'primary'), '#1a222c') ?? 0) >= 4.5);
        assert.ok((contrast(of(light, 'primary'), of(light, 'primary-tint')) ?? 0) >= 3.9);
        assert.ok((contrast(of(dark, 'primary'), of(dark, 'primary-tint')) ?? 0) >= 4.5);
      }),
    );
  });

  test('what is no colour never reaches the style', () => {
    const { css } = brandStyle({ ...brand, primary: '#fff;}body{display:none', accent: '' });
    assert.doesNotMatch(css, /body|display/);
  });
});
