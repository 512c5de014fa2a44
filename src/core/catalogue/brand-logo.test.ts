// The size of a logo, by what it says of itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizedLogo } from './brand-logo.ts';

const svg = (text: string) => `data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}`;
const sizeOf = (logo: string | undefined) => {
  const sized = sizedLogo(logo === undefined ? {} : { logo });
  return sized && [sized.width, sized.height];
};

test('an SVG has its own size, or its view box’s; a PNG that of its header', () => {
  assert.deepEqual(sizeOf(svg('<?xml version="1.0"?><svg width="120px" height="40" viewBox="0 0 1 1"/>')), [120, 40]);
  assert.deepEqual(sizeOf(svg('<svg viewBox="0 0 64.4 32"><rect width="1" height="1"/></svg>')), [64, 32]);
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAAC0lEQVR42mNgwAUAABcAAQaeMqgAAAAASUVORK5CYII=';
  assert.deepEqual(sizeOf(`data:image/png;base64,${png}`), [2, 3]);
});

test('without a size, cut short, or too large for documents of others, it is left out', () => {
  const none = [undefined, svg('<svg width="100%" height="40"/>'), svg('no'), 'data:image/png;base64,iVBORw0KGgo='];
  for (const logo of [...none, svg(`<svg width="1" height="1">${' '.repeat(40_000)}</svg>`)])
    assert.equal(sizeOf(logo), undefined);
});
