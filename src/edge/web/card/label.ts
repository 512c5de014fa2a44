// Host labels of the card listener: fresh for each login, and telling which populations' CAs to name.
import { createHash } from 'node:crypto';
import { type Random, systemRandom } from '../../../base/ids.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const keyLetters = 4;
const randomLetters = 20; // 100 bits
const mostKeys = 9; // 20 + 1 + 9 × 4 fits in a label of 63 octets (RFC 1035 2.3.4)

const letters = (bytes: Buffer, count: number): string =>
  [...bytes.subarray(0, count)].map((octet) => alphabet[octet & 31]).join('');

/** The short name of a population inside a label. It only picks CA names to show; it grants nothing. */
export const populationKey = (id: string): string => letters(createHash('sha256').update(id).digest(), keyLetters);

/**
 * A new host label: browsers remember "no certificate" and a wrong choice for each host until they end, so every
 * login gets a host of its own. With more than nine populations the label names none, and all CAs are named.
 */
export function newCardLabel(populationIds: readonly string[], random: Random = systemRandom): string {
  const keys = [...new Set(populationIds)].sort().map(populationKey);
  const own = letters(random(randomLetters), randomLetters);
  return keys.length === 0 || keys.length > mostKeys ? own : `${own}-${keys.join('')}`;
}

/** The population keys in a server name under `suffix` (without a leading dot), or undefined when it is no such name. */
export function keysOfServerName(serverName: string, suffix: string): readonly string[] | undefined {
  const name = serverName.toLowerCase();
  if (!name.endsWith(`.${suffix}`)) return undefined;
  const label = name.slice(0, -suffix.length - 1);
  const found = /^[a-z2-7]{20}(?:-((?:[a-z2-7]{4}){1,9}))?$/.exec(label);
  return found === null ? undefined : (found[1]?.match(/.{4}/g) ?? []);
}
