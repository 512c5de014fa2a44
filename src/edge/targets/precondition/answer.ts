// The answer of the system behind an application: known, or not and what to order. Its words are plain text, its link https.
import type { GivenOrder, GivenText, PreconditionAnswer } from '../../../core/provisioning/index.ts';
import { locales } from '../../../wire/codes/index.ts';

const longestText = 300;
const longestUrl = 1000;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text as a page may show it: what steers a line, or the direction of another's words, is none of it (Unicode Cc, Cf). */
const isPlain = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  value.length <= longestText &&
  !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u.test(value);

function textOf(value: unknown): GivenText | undefined {
  if (!isObject(value)) return undefined;
  const given = locales.flatMap((locale): [string, string][] => {
    const text = Object.hasOwn(value, locale) ? value[locale] : undefined;
    return isPlain(text) ? [[locale, text.trim()]] : [];
  });
  return given.length === 0 ? undefined : (Object.fromEntries(given) as GivenText);
}

/** A link that leads to a web site and nowhere else; without somebody's name before the host, which looks like one. */
function linkOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > longestUrl || !/^https:\/\/[^\s\\]+$/i.test(value)) return undefined;
  const url = URL.parse(value);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : undefined;
}

function orderOf(value: unknown): GivenOrder | undefined {
  if (!isObject(value)) return undefined;
  const order = { what: textOf(value['what']), from: textOf(value['from']), url: linkOf(value['url']) };
  return Object.values(order).some((part) => part !== undefined) ? order : undefined;
}

/** What the octets say. A part of an order that is not as it should be is left out; a yes is a yes only as `true`. */
export function readPreconditionAnswer(type: string | undefined, bytes: Buffer): PreconditionAnswer {
  if (!/^application\/json\b/i.test(type ?? '')) return { kind: 'silent', why: 'an answer that is no JSON' };
  let read: unknown;
  try {
    read = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { kind: 'silent', why: 'broken JSON' };
  }
  if (!isObject(read)) return { kind: 'silent', why: 'JSON that is no object' };
  if (read['known'] === true) return { kind: 'known' };
  if (read['known'] !== false) return { kind: 'silent', why: 'no known: true or false' };
  const order = orderOf(read['order']);
  return order === undefined ? { kind: 'missing' } : { kind: 'missing', order };
}
