// Which kind of Norwegian number eleven digits are (Skatteetaten; the help numbers of the health sector).

export type NorwegianNumberKind = 'F' | 'D' | 'other';

/**
 * F-numbers begin with a day, D-numbers with a day and 40; help numbers (H, FH) have 40 on the month or begin with 8 or 9.
 * Synthetic people have 65 or 80 on the month and count as what their day says. Undefined: no such number.
 */
export function norwegianNumberKind(number: string): NorwegianNumberKind | undefined {
  if (!/^\d{11}$/.test(number)) return undefined;
  const day = Number(number.slice(0, 2));
  const month = Number(number.slice(2, 4));
  const plain = month > 80 ? month - 80 : month > 65 ? month - 65 : month;
  if (day >= 80 || (month > 40 && month <= 52)) return 'other';
  if (plain < 1 || plain > 12) return undefined;
  if (day >= 1 && day <= 31) return 'F';
  return day >= 41 && day <= 71 ? 'D' : undefined;
}
