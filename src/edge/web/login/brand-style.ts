// A brand's two colours: checked for contrast when saved, and made into the few colours that pages need in light and dark.
import { createHash } from 'node:crypto';
import type { Brand } from '../../../core/catalogue/index.ts';

type Rgb = readonly [number, number, number];

const white: Rgb = [255, 255, 255];
/** Surfaces of the stylesheet (style.ts): a card in light and in dark. */
const darkSurface: Rgb = [0x1a, 0x22, 0x2c];

function parseColour(text: string): Rgb | undefined {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  return found
    ? [Number.parseInt(found[1] ?? '', 16), Number.parseInt(found[2] ?? '', 16), Number.parseInt(found[3] ?? '', 16)]
    : undefined;
}

/** Relative luminance (WCAG 2.2, definition). */
function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Contrast of two `#rrggbb` colours, 1 to 21 (WCAG 2.2 1.4.3); undefined when one is no colour. */
export function contrast(a: string, b: string): number | undefined {
  const [first, second] = [parseColour(a), parseColour(b)];
  return first && second ? ratio(first, second) : undefined;
}

export type BrandFault =
  | { readonly field: 'primary' | 'accent'; readonly fault: 'notAColour' }
  | {
      readonly field: 'primary' | 'accent';
      readonly fault: 'contrast';
      readonly ratio: number;
      readonly needed: number;
    }
  | { readonly field: 'logo'; readonly fault: 'notAnImage' | 'tooLarge' }
  | { readonly field: 'name' | 'contact'; readonly fault: 'empty' };

const logoType = /^data:image\/(?:png|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;
const maxLogoLength = 200_000;

/**
 * What must be changed before a brand can be shown: primary carries white text (4.5 : 1, WCAG 2.2 1.4.3), accent
 * draws lines and marks on white (3 : 1, 1.4.11), the logo is a small PNG or SVG data URL.
 */
export function checkBrand(brand: Brand): readonly BrandFault[] {
  const faults: BrandFault[] = [];
  for (const [field, needed] of [
    ['primary', 4.5],
    ['accent', 3],
  ] as const) {
    const found = contrast(brand[field], '#ffffff');
    if (found === undefined) faults.push({ field, fault: 'notAColour' });
    else if (found < needed) faults.push({ field, fault: 'contrast', ratio: Math.floor(found * 100) / 100, needed });
  }
  if (brand.logo !== undefined && !logoType.test(brand.logo)) faults.push({ field: 'logo', fault: 'notAnImage' });
  if ((brand.logo?.length ?? 0) > maxLogoLength) faults.push({ field: 'logo', fault: 'tooLarge' });
  for (const field of ['name', 'contact'] as const) {
    if (brand[field].trim() === '') faults.push({ field, fault: 'empty' });
  }
  return faults;
}

const hex = (colour: Rgb): string =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
const mixed = (colour: Rgb, other: Rgb, share: number): Rgb => [
  colour[0] + (other[0] - colour[0]) * share,
  colour[1] + (other[1] - colour[1]) * share,
  colour[2] + (other[2] - colour[2]) * share,
];

/** The colour, made lighter until it stands out on the dark surface. */
function lightened(colour: Rgb, needed: number): Rgb {
  let share = 0;
  while (share < 1 && ratio(mixed(colour, white, share), darkSurface) < needed) share += 0.05;
  return mixed(colour, white, share);
}

const fallback = { primary: [0x0b, 0x4f, 0x6c] as Rgb, accent: [0x0b, 0x7a, 0x75] as Rgb };

/** The stylesheet of a brand, and a name for it that changes with its content. */
export function brandStyle(brand: Brand): { readonly css: string; readonly hash: string } {
  const primary = parseColour(brand.primary) ?? fallback.primary;
  const accent = parseColour(brand.accent) ?? fallback.accent;
  const [onDark, accentOnDark] = [lightened(primary, 5.5), lightened(accent, 4.5)];
  const css =
    `:root{--primary:${hex(primary)};--primary-strong:${hex(mixed(primary, [0, 0, 0], 0.2))};--on-primary:#ffffff;` +
    `--primary-tint:${hex(mixed(primary, white, 0.92))};--accent:${hex(accent)}}\n` +
    `@media (prefers-color-scheme:dark){:root{--primary:${hex(onDark)};--primary-strong:${hex(mixed(onDark, white, 0.25))};` +
    `--on-primary:#10161d;--primary-tint:${hex(mixed(darkSurface, onDark, 0.1))};--accent:${hex(accentOnDark)}}}\n`;
  return { css, hash: createHash('sha256').update(css).digest('base64url').slice(0, 16) };
}
