// Makes what the demo needs, once: test CA, server certificate, soft cards, the applications' keys, the catalogue file.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomInt, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { orderCard, revokeCard } from './authority-cards.ts';
import { demoCatalogue } from './catalogue.ts';
import { municipalities } from './municipality/people.ts';
import { demoPeople } from './people.ts';
import { coreRecordClient, type DemoPlace, demoFiles, demoPlace, ehrClient } from './place.ts';
import { demoRegisters } from './registers.ts';
import {
  type CardRequest,
  createTestPki,
  demoServerNames,
  type IssuedCard,
  issueCard,
  revoke,
  saveCard,
  serverCertificate,
  type TestPki,
} from './test-ca/index.ts';
import { writePrivate } from './test-ca/pki.ts';

/** Makes whatever is missing; what is there stays. Safe to run at every start. */
export async function prepareDemo(place: DemoPlace): Promise<void> {
  const files = demoFiles(place.folder);
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  const pki = createTestPki(files.ca, { crlBaseUrl: place.crlUrl });
  serverCertificate(pki, serverNames(place));
  if (place.certificatesOnly) return;
  const keys = Object.fromEntries(
    [ehrClient, coreRecordClient].map((client) => [client, clientKey(files.key(client))]),
  );
  mkdirSync(files.secrets, { recursive: true, mode: 0o700 });
  for (const { username } of demoPeople) if (username) secret(files.password(username));
  if (place.municipalityUrl !== undefined) {
    for (const { person } of municipalities) secret(files.password(person.username));
    rsaKey(files.cosmicLinkKey);
  }
  secret(files.testTokensAccess);
  clientKey(files.testTokensKey);
  if (!existsSync(files.cards)) await issueCards(pki, place);
  writePrivate(
    files.catalogue,
    `# Made by the demo; applied at the start of the hub.\n${stringify(demoCatalogue(place, pki, keys), { aliasDuplicateObjects: false })}`,
  );
  writePrivate(
    files.registers,
    `# Made by the demo; taken in at the start of the hub.\n${stringify(demoRegisters(), { aliasDuplicateObjects: false })}`,
  );
}

const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A word to type, kept in a file that only its owner reads: made once, 16 characters of 31, in fours. */
function secret(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const four = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  const made = [four(), four(), four(), four()].join('-');
  writePrivate(file, `${made}\n`);
  return made;
}

/** The demo's names and those of the configured addresses. */
function serverNames(place: DemoPlace): readonly string[] {
  const { hubUrl, ehrUrl, coreRecordUrl, testTokensUrl, cosmicLinkUrl, municipalityUrl = hubUrl } = place;
  const hosts = [hubUrl, ehrUrl, coreRecordUrl, testTokensUrl, cosmicLinkUrl, municipalityUrl].map(
    (url) => new URL(url).hostname,
  );
  return [...new Set([...demoServerNames, ...hosts, `*.${new URL(place.cardUrl).hostname}`])];
}

function clientKey(file: string): KeyObject {
  if (existsSync(file)) return createPrivateKey(readFileSync(file));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writePrivate(file, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  return privateKey;
}

/** SAML encrypts to RSA keys. */
function rsaKey(file: string): void {
  if (existsSync(file)) return;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writePrivate(file, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
}

const dayMs = 86_400_000;

/** Every person's cards, and two that must not work: Kari's expired and her revoked one. */
async function issueCards(pki: TestPki, place: DemoPlace): Promise<void> {
  const files = demoFiles(place.folder);
  const passphrase = secret(files.cardPassphrase);
  mkdirSync(files.cards, { recursive: true, mode: 0o700 });
  for (const person of demoPeople) {
    for (const { name, ...request } of person.cards)
      saveCard(files.cards, name, await newCard(pki, place, request), passphrase);
  }
  const kari = demoPeople[0]?.cards[0];
  if (kari) {
    const { name: _name, ...request } = kari;
    const now = Date.now();
    const expired = issueCard(pki, { ...request, notBefore: now - 800 * dayMs, notAfter: now - dayMs });
    saveCard(files.cards, 'kari-expired', expired, passphrase);
    const revoked = await newCard(pki, place, request);
    if (isOwn(place, request)) await revokeCard(place, revoked);
    else revoke(pki, kari.authority, revoked.serial, 1);
    saveCard(files.cards, 'kari-revoked', revoked, passphrase);
  }
}

/** Own cards come from the demo's authority when it has one; those of other issuers, and what no authority would make, from the test CA. */
const isOwn = (place: DemoPlace, { authority }: CardRequest): boolean =>
  authority === 'simple' && place.caUrl !== undefined;

const newCard = async (pki: TestPki, place: DemoPlace, request: CardRequest): Promise<IssuedCard> =>
  isOwn(place, request) ? orderCard(place, `demo-${randomUUID()}`, request) : issueCard(pki, request);

if (import.meta.main) await prepareDemo(demoPlace(process.env['TILLIT_DEMO_PLACE']));
