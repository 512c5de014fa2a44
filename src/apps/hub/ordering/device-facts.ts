// Gathers what the rule on devices looks at: who, which card login, which device, which key.
import { createPublicKey, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import { importPublicJwk, type VerifyKey } from '../../../base/jose/index.ts';
import { provesPossession, readCsr } from '../../../base/x509/index.ts';
import type { CatalogueSnapshot, Population } from '../../../core/catalogue/index.ts';
import { holds, type PersonFacts } from '../../../core/directory/index.ts';
import { type CardProof, type DeviceFacts, type KeyDevice, publicKeyHash } from '../../../core/ordering/index.ts';
import { withAncestors } from '../../../core/policy/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import type { Queryable } from '../../../edge/store/hub/audit-insert.ts';
import { isKeyUsed } from '../../../edge/store/hub/key-devices.ts';
import type { DerivedStandings } from './derived-standing.ts';
import type { DerivedWorkParts } from './derived-work.ts';

export interface DeviceDeskParts {
  readonly pool: pg.Pool;
  readonly catalogue: () => CatalogueSnapshot;
  readonly clock: Clock;
  /** Our own address: whom a device's message must be meant for. */
  readonly audience: string;
  readonly standings: Pick<DerivedStandings, 'cardStatus'>;
  readonly work: DerivedWorkParts;
}

/** The newest login of this session with a card itself; else one with a device's certificate, so that it is told apart. */
export function cardProofOf({ evidence }: Pick<Session, 'evidence'>): CardProof | undefined {
  const shown = evidence.filter(({ certificate }) => certificate !== undefined);
  const cards = shown.filter(({ certificate }) => certificate?.derived === undefined);
  const [newest] = [...(cards.length > 0 ? cards : shown)].sort((one, other) => other.provenAt - one.provenAt);
  const certificate = newest?.certificate;
  if (newest === undefined || certificate === undefined) return undefined;
  const { fingerprint, population, chain, notAfter, card, derived } = certificate;
  return {
    fingerprint,
    population,
    chain,
    notAfter,
    provenAt: newest.provenAt,
    assurance: newest.assurance,
    ...(card === undefined ? {} : { card: card.id }),
    derived: derived !== undefined,
  };
}

/** The population of the certificates that are made after such cards. */
export const populationAfter = (
  { populations }: CatalogueSnapshot,
  card: Pick<CardProof, 'population'> | undefined,
): Population | undefined =>
  [...populations.values()].find(({ derived }) => card !== undefined && derived?.from.includes(card.population));

/** Organisations whose devices somebody may use now. */
export const organisationsOf = (person: PersonFacts | undefined, now: number): readonly string[] => [
  ...new Set(
    (person?.assignments ?? []).flatMap((one) =>
      person !== undefined && holds(one, now) ? withAncestors(person, one.organisation) : [],
    ),
  ),
];

/** The key that a device was enrolled with, to verify with. */
export function enrolledKey(device: Pick<KeyDevice, 'key'> | undefined): VerifyKey | undefined {
  if (device === undefined) return undefined;
  const key = createPublicKey({ key: Buffer.from(device.key, 'base64'), format: 'der', type: 'spki' });
  const imported = importPublicJwk(key.export({ format: 'jwk' }));
  return imported.ok ? imported.key : undefined;
}

/** The key of a request that is signed by it; undefined for anything else (C7). */
export function requestedKey(request: string | undefined): KeyObject | undefined {
  if (request === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(request)) return undefined;
  const reading = readCsr(Buffer.from(request, 'base64'));
  return reading.ok && provesPossession(reading.csr) ? reading.csr.publicKey.key : undefined;
}

/** The key and whether somebody has it. */
export const keyFacts = async (
  client: Queryable,
  key: KeyObject | undefined,
): Promise<Pick<DeviceFacts, 'key' | 'keyIsUsed'>> =>
  key?.asymmetricKeyType === 'ec' ? { key, keyIsUsed: await isKeyUsed(client, publicKeyHash(key)) } : { key };
