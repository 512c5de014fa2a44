// Makes a soft card: keys in memory, certificates of the issuer, and one file under a PIN. Nothing of it is kept: what is lost is made again.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { newReference } from '../../../base/ids.ts';
import {
  type Certificate,
  type CertifiedKey,
  publicKeyDer,
  readCertificate,
  sameName,
  writeCsr,
  writeName,
  writePkcs12,
} from '../../../base/x509/index.ts';
import type { CardProfile, Population } from '../../../core/catalogue/index.ts';
import type { Card } from '../../../core/ordering/index.ts';
import { holderNames, preparePopulation } from '../../../core/trust/index.ts';
import { cardById, cardCertificate } from '../../../edge/store/hub/cards.ts';

/** Keys that were made for a card, and the requests for their certificates. */
export interface MadeKeys {
  readonly keys: readonly KeyObject[];
  /** PKCS #10, DER, base64. */
  readonly requests: readonly string[];
}

/** One key for each certificate of the kind. */
export function makeKeys({ certificates }: Pick<CardProfile, 'certificates'>): MadeKeys {
  const keys = certificates.map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const request = (key: KeyObject) => writeCsr({ subject: writeName([]), publicKey: publicKeyDer(key) }, key);
  return { keys, requests: keys.map((key) => request(key).toString('base64')) };
}

const waits = { everyMs: 200, atMostMs: 20_000 } as const;

/** Waits for what was asked in this revision; undefined: the issuer took too long or said no, or somebody was faster. */
async function whenMade(pool: pg.Pool, id: string, revision: number): Promise<Card | undefined> {
  for (let waited = 0; waited <= waits.atMostMs; waited += waits.everyMs) {
    const card = await cardById(pool, id);
    if (card?.state === 'made' && card.revision === revision + 1) return card;
    if (card?.state !== 'requested' || card.revision !== revision) return undefined;
    await sleep(waits.everyMs);
  }
  return undefined;
}

export interface SoftFile {
  readonly card: Card;
  readonly file: Uint8Array;
  readonly pin: string;
}

/** The file, when the certificates have come; undefined: they have not, and the keys are forgotten. */
export async function softFile(given: {
  readonly pool: pg.Pool;
  /** The card as it was when its certificates were asked for. */
  readonly card: Card;
  readonly keys: readonly KeyObject[];
  readonly population: Population | undefined;
}): Promise<SoftFile | undefined> {
  const { pool, keys, population } = given;
  const card = await whenMade(pool, given.card.id, given.card.revision);
  if (card === undefined) return undefined;
  const made: Certificate[] = [];
  for (const { fingerprint } of card.certificates) {
    const der = await cardCertificate(pool, card.id, fingerprint);
    const reading = der && readCertificate(der);
    if (reading?.ok === true) made.push(reading.certificate);
  }
  const held = keys.flatMap((key): readonly CertifiedKey[] => {
    const own = made.find(({ publicKey }) => publicKey.der.equals(publicKeyDer(key)));
    return own === undefined ? [] : [{ key, certificate: own.der }];
  });
  const [first] = made;
  if (first === undefined || held.length < keys.length) return undefined;
  const pin = newPin();
  const chain = population === undefined ? [] : chainOf(first, preparePopulation(population).intermediates);
  // The certificate's own words: a protected identity is in no list of a browser either (K11).
  const friendlyName = holderNames(first).displayName ?? card.id;
  const file = writePkcs12({ held, chain, friendlyName, password: pin });
  return { card, file, pin };
}

/** 60 bits: nobody guesses it who finds the file. */
const newPin = (): string => `${newReference()}-${newReference().slice(0, 4)}`;

/** Who signed it, as far as the population knows them: a browser shows them with the card. */
function chainOf(leaf: Certificate, above: readonly Certificate[]): readonly Buffer[] {
  const chain: Certificate[] = [];
  for (let below = leaf; chain.length <= above.length; ) {
    const next = above.find((each) => sameName(each.subject, below.issuer) && !chain.includes(each));
    if (next === undefined) break;
    chain.push(next);
    below = next;
  }
  return chain.map(({ der }) => der);
}
