// A test card as a folder that only its owner reads: what it is, its certificates, and its key in the form that was asked for.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuthorityName } from '../test-ca/index.ts';
import { writePrivate } from '../test-ca/pki.ts';
import type { CardState } from './states.ts';

export const cardForms = ['pkcs12', 'softhsm', 'piv'] as const;
export type CardForm = (typeof cardForms)[number];

export interface CardFacts {
  readonly form: CardForm;
  readonly population: string;
  readonly state: CardState;
  /** Who issued it, and under which serial number (hexadecimal): what blocking it needs. */
  readonly authority: AuthorityName;
  readonly serial: string;
  readonly holder: string;
  readonly fingerprint: string;
}

/** What went wrong, to be told as it is. */
export class CardFault extends Error {}

export const cardFiles = (folder: string) => ({
  facts: join(folder, 'card.json'),
  certificates: join(folder, 'card.pem'),
  key: join(folder, 'card.key'),
  pkcs12: join(folder, 'card.p12'),
  pin: join(folder, 'pin'),
  /** What is left of a virtual card's tries. */
  tries: join(folder, 'tries'),
  softhsmConfiguration: join(folder, 'softhsm2.conf'),
  softhsmTokens: join(folder, 'tokens'),
  /** Where the holder of an inserted card listens. */
  inserted: join(folder, 'inserted.json'),
});

/** Makes the folder; one that is there already is never written over. */
export function newCardFolder(folder: string): void {
  if (existsSync(folder)) throw new CardFault(`${folder} is there already: name a new folder for the card`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

export function saveFacts(folder: string, facts: CardFacts): void {
  writePrivate(cardFiles(folder).facts, `${JSON.stringify(facts, undefined, 1)}\n`);
}

/** What the folder says that its card is. Throws a CardFault when it holds none. */
export function cardIn(folder: string): CardFacts {
  const { facts } = cardFiles(folder);
  if (!existsSync(facts)) throw new CardFault(`there is no test card in ${folder}`);
  return JSON.parse(readFileSync(facts, 'utf8')) as CardFacts;
}
