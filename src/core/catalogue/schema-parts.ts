// Descriptions that several kinds of item share: ids, names in languages, addresses, periods.
import { list, oneOf, optional, record, text, wholeNumber } from '../../base/schema/index.ts';
import { assuranceLevels, connectorKinds, deviceKinds, type Locale, locales } from '../../wire/codes/index.ts';

export const idPattern = '^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$';
const idAllowed = '1 to 128 letters, digits and . _ : / @ -, beginning with a letter or digit';

export const id = (title = 'Id') => text({ title, pattern: idPattern, maxLength: 128, allowed: idAllowed });

/** The id of an item of another kind. */
export const reference = (kind: string, title: string) =>
  text({
    title,
    pattern: idPattern,
    maxLength: 128,
    allowed: `the id of a ${kind}`,
    control: 'reference',
    refersTo: kind,
  });

export const references = (kind: string, title: string, given: { minItems?: number } = {}) =>
  list(reference(kind, title), { title, uniqueItems: true, ...given });

/** A name in several languages, English always among them. */
export const localizedName = (title: string) => {
  const others = locales.filter((locale): locale is Exclude<Locale, 'en'> => locale !== 'en');
  const [sv, nb, nn, nl] = [0, 1, 2, 3].map((index) => optional(text({ title: others[index] ?? '', maxLength: 200 })));
  if (!sv || !nb || !nn || !nl || others.length !== 4) throw new Error('a locale is missing here');
  return record({ en: text({ title: 'en', maxLength: 200 }), sv, nb, nn, nl }, { title, control: 'localized' });
};

export const url = (title: string, description?: string) =>
  text({
    title,
    maxLength: 2000,
    pattern: '^https?://[^\\s]+$',
    allowed: 'an absolute URL',
    ...(description ? { description } : {}),
  });

export const seconds = (title: string, maximum: number) =>
  wholeNumber({ title, minimum: 1, maximum, allowed: 'whole seconds' });

export const assurance = (title: string) => oneOf(assuranceLevels, { title });
export const connector = (title: string) => oneOf(connectorKinds, { title });
export const deviceKind = (title: string) => oneOf(deviceKinds, { title });

export const oid = (title: string) =>
  text({
    title,
    pattern: '^[0-2](\\.(0|[1-9]\\d*)){1,30}$',
    maxLength: 200,
    allowed: 'a dotted object identifier, for example 1.2.752.34.2.1',
  });

/** A date (its first moment, UTC) or an instant with its time zone. */
export const instant = (title: string) =>
  text({
    title,
    pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2}))?$',
    maxLength: 40,
    allowed: 'a date such as 2026-01-31 (00:00 UTC) or an instant such as 2026-01-31T08:00:00Z',
  });

/** The instant that such a text names; undefined when it is not in the calendar (`Date.parse` takes 30 February for 2 March). */
export function instantOf(text: string): number | undefined {
  const day = text.slice(0, 10);
  const midnight = Date.parse(day);
  const at = Date.parse(text);
  if (Number.isNaN(midnight) || Number.isNaN(at)) return undefined;
  return new Date(midnight).toISOString().startsWith(day) ? at : undefined;
}

/** PEM text of a certificate. */
export const certificate = (title?: string) =>
  text({
    ...(title === undefined ? {} : { title }),
    pattern: '^\\s*-----BEGIN CERTIFICATE-----[\\s\\S]*-----END CERTIFICATE-----\\s*$',
    maxLength: 100_000,
    allowed: 'a certificate in PEM, or `file: path`',
  });

/** PEM texts of certificates. */
/** A secret of somebody else's that we must know again: sealed by `npx tillit apply` out of a file. */
export const sealedSecret = (title: string, file: string) =>
  text({
    title,
    secret: true,
    maxLength: 20_000,
    pattern: '^[A-Za-z0-9+/]+={0,2}$',
    allowed: `what \`npx tillit apply\` makes of \`${file}: path\``,
  });

export const certificates = (title: string, given: { minItems?: number; default?: [] } = {}) =>
  list(certificate(), { title, control: 'certificates', maxItems: 200, ...given });
