// Makes, blocks and destroys a test card: issued by the demo's test CA, laid out in its folder in the form that was asked for.
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import {
  type CardAuthorityName,
  type CardRequest,
  createTestPki,
  type Holder,
  issueCard,
  revocationReasons,
  revoke,
  type TestPki,
} from '../test-ca/index.ts';
import { writePrivate } from '../test-ca/pki.ts';
import { authorityPlans } from '../test-ca/plan.ts';
import {
  type CardFacts,
  CardFault,
  type CardForm,
  cardFiles,
  cardIn,
  newCardFolder,
  saveFacts,
} from './card-folder.ts';
import { pinTries } from './piv-card.ts';
import { writeSofthsmToken } from './softhsm.ts';
import { type CardState, faultOf } from './states.ts';

export interface CardOrder {
  readonly population: string;
  readonly state: CardState;
  readonly form: CardForm;
  readonly holder: Holder;
  readonly cardNumber?: string;
  /** Six to eight digits; made up when left out. */
  readonly pin?: string;
}

/** Opens the demo's test CA. A hub that has none gets none: test cards are for demos and tests alone. */
export function openTestAuthority(folder: string): TestPki {
  if (!existsSync(`${folder}/test-ca.json`))
    throw new CardFault('this hub has no test authority: test cards are made in a demo alone, never where people work');
  return createTestPki(folder, { crlBaseUrl: '' });
}

/** Populations of the demo whose cards can be made: each has an authority of its name. */
export const populationsToMake: readonly string[] = authorityPlans
  .filter(({ name, policies, parent }) => parent !== undefined && name !== 'tls' && policies.length > 0)
  .map(({ name }) => name);

function authorityOf(population: string): CardAuthorityName {
  if (!populationsToMake.includes(population))
    throw new CardFault(`there is no population ${population}; there is ${populationsToMake.join(', ')}`);
  return population as CardAuthorityName;
}

const newPin = (): string => String(randomInt(100_000, 1_000_000));

/** Makes the card in a new folder, and answers what it is. */
export function makeCard(pki: TestPki, folder: string, order: CardOrder): CardFacts {
  const { state, form, holder, cardNumber, population, pin = newPin() } = order;
  if (!/^\d{6,8}$/.test(pin)) throw new CardFault('a PIN has six to eight digits');
  const authority = authorityOf(population);
  const request: CardRequest = {
    authority,
    holder,
    ...(cardNumber === undefined ? {} : { cardNumber }),
    // OpenSC signs with RSA on a virtual card; a real card of these kinds has RSA too.
    ...(form === 'pkcs12' ? {} : { rsaBits: 2048 }),
    ...faultOf(state, authority, pki.clock()),
  };
  newCardFolder(folder);
  try {
    const issued = issueCard(pki, request);
    const files = cardFiles(folder);
    const name = `${holder.givenName} ${holder.surname}`;
    writePrivate(files.certificates, [issued.pem, ...issued.chainPem].join(''));
    writePrivate(files.pin, `${pin}\n`);
    if (form === 'softhsm') writeSofthsmToken(folder, issued, name.slice(0, 32), pin);
    else writePrivate(files.key, issued.keyPem);
    if (form === 'pkcs12') writePrivate(files.pkcs12, issued.pkcs12(pin));
    if (form === 'piv') writePrivate(files.tries, `${pinTries}\n`);
    const { authority: issuer, serial, fingerprint } = issued;
    const facts: CardFacts = { form, population, state, authority: issuer, serial, holder: name, fingerprint };
    saveFacts(folder, facts);
    if (state === 'revoked') revoke(pki, issuer, serial, revocationReasons.keyCompromise);
    return facts;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true }); // half a card is none
    throw error;
  }
}

/** Puts the card's certificate on the list of its authority. Answers whether it was new there. */
export function blockCard(pki: TestPki, folder: string): { readonly card: CardFacts; readonly isNew: boolean } {
  const card = cardIn(folder);
  const isNew = pki.revoked.get(card.authority)?.some(({ serial }) => serial === card.serial) !== true;
  if (isNew) revoke(pki, card.authority, card.serial, revocationReasons.keyCompromise);
  saveFacts(folder, { ...card, state: 'revoked' });
  return { card, isNew };
}

/** Removes the card with its key; its certificate stays valid unless it is blocked. */
export function destroyCard(folder: string): CardFacts {
  const card = cardIn(folder);
  rmSync(folder, { recursive: true });
  return card;
}

export const pinOf = (folder: string): string => readFileSync(cardFiles(folder).pin, 'utf8').trim();
