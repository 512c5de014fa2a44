// Tells made-up identifiers from real ones: where real people log in, a made-up one must let nobody in.

/**
 * Norway: synthetic numbers have a month beyond twelve (Skatteetaten adds 80, NAV 40, Norsk helsenett 65).
 * Sweden: Skatteverket's test numbers have a birth number from 980 to 999; HSA's test environments put a longer word before the
 * organisation number than the country (`TSTNMT2321000156-1077`).
 */
export function isTestNumber(namespace: string, value: string): boolean {
  if (namespace === 'no-fodselsnummer') return Number(value.slice(2, 4)) > 12;
  if (namespace === 'se-personnummer') return /^\d{8}9[89]\d{2}$/.test(value);
  if (namespace === 'hsa-id') return /^[A-Z]{3,10}\d{10}-/.test(value);
  return false;
}
