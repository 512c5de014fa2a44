// Distinguished names as RFC 4514 writes them: a value made safe, names compared, and what stands above one.

/** A value inside a distinguished name (RFC 4514 2.4). */
export function escapeNameValue(value: string): string {
  return value
    .replace(/[\\"+,;<>=#]/g, '\\$&')
    .replace(/\p{Cc}/gu, (letter) => Buffer.from(letter).toString('hex').replace(/../g, '\\$&'))
    .replace(/^ /, '\\ ')
    .replace(/(?<!\\) $/, '\\ ');
}

/** The name in one spelling for comparing: small letters, no blanks around commas and equals signs outside values. */
export const comparableName = (name: string): string =>
  name
    .trim()
    .replace(/(?<!\\)\s*,\s*/g, ',')
    .replace(/(^|,)([A-Za-z][A-Za-z0-9-]*)\s*=\s*/g, '$1$2=')
    .toLowerCase();

/** What stands above a name: all but its first part; empty for a name of one part. */
export function containerOf(name: string): string {
  const comma = /(?<!\\)(?:\\\\)*,/.exec(name);
  return comma === null ? '' : name.slice(comma.index + comma[0].length);
}

/** Whether a name lies below another, or is it. */
export const isBelow = (name: string, tree: string): boolean =>
  `,${comparableName(name)}`.endsWith(`,${comparableName(tree)}`);
