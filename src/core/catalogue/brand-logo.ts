// A brand's logo with its size, as pages of others show it; undefined where it does not say how large it is.
import type { Brand } from './snapshot.ts';

export interface SizedLogo {
  /** `data:` URI. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/** Documents that carry it are read by everybody: a larger one is left out. */
const longestUrl = 40_000;
const pngStart = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Of a PNG: the first chunk (ISO/IEC 15948, 11.2.2). */
const pngSize = (bytes: Buffer): readonly number[] =>
  bytes.subarray(0, 16).equals(pngStart) && bytes.length >= 24 ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [];

/** Of an SVG: its own width and height, else those of its view box (SVG 2, 8.2). */
function svgSize(text: string): readonly number[] {
  const tag = /<svg\b[^>]*>/.exec(text)?.[0] ?? '';
  const own = ['width', 'height'].map((name) => new RegExp(`\\s${name}="(\\d+(?:\\.\\d+)?)(?:px)?"`).exec(tag)?.[1]);
  const box = /\sviewBox="[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)"/.exec(tag)?.slice(1) ?? [];
  return (own.every((one) => one !== undefined) ? own : box).map((one) => Math.round(Number(one)));
}

export function sizedLogo({ logo }: Pick<Brand, 'logo'>): SizedLogo | undefined {
  if (logo === undefined || logo.length > longestUrl) return undefined;
  const bytes = Buffer.from(logo.slice(logo.indexOf(',') + 1), 'base64');
  const [width = 0, height = 0] = logo.startsWith('data:image/png') ? pngSize(bytes) : svgSize(bytes.toString('utf8'));
  return width > 0 && height > 0 ? { url: logo, width, height } : undefined;
}
