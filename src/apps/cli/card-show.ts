// What the hub would see in a card, and say of it: the facts of its certificate and the verdict by the code of the login.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../base/problem.ts';
import { type Certificate, nameText, pemBlocks, readCertificate } from '../../base/x509/index.ts';
import { type CatalogueSnapshot, compileCatalogue } from '../../core/catalogue/index.ts';
import { type CertificateDecision, judgeCertificate } from '../../core/trust/index.ts';
import { readItems, readRevision } from '../../edge/store/hub/catalogue.ts';
import { statusCaches } from '../hub/cards.ts';
import { withAdminPlace } from './admin-place.ts';
import { type CardAnswer, testAuthorityFolder, testCards } from './card-program.ts';
import type { CommandIo } from './command.ts';

/** Shows a card's folder, or a file with certificates (PEM or DER, the card's own first). Answers 0 when it would be taken. */
export async function showCard(path: string, io: CommandIo, json: boolean): Promise<number> {
  const about = await aboutCard(path, io);
  const chain = chainOf(about, path);
  const reading = readCertificate(chain[0] ?? Buffer.alloc(0));
  const decision = await withAdminPlace(io, 'card', async ({ pool, clock }) => {
    const compiled = compileCatalogue(await readRevision(pool), await readItems(pool));
    if (!compiled.ok) throw fault('the catalogue of this hub does not hold; run tillit status');
    const { populations, settings } = compiled.snapshot;
    const maxAgeMs = settings.lifetimes.cardRecheck * 1000;
    const accepted = acceptedPopulations(compiled.snapshot);
    const given = { ...statusCaches(clock), chain, populations: [...populations.values()], accepted, maxAgeMs };
    return await judgeCertificate(given, clock);
  });
  const facts = { ...factsOf(reading.ok ? reading.certificate : undefined), ...held(about), ...verdictOf(decision) };
  if (json) io.out(JSON.stringify(facts));
  else for (const [name, value] of Object.entries(facts)) io.out(`${words[name] ?? name}: ${lineOf(value)}`);
  return decision.ok ? 0 : 1;
}

const fault = (detail: string): Problem => new Problem({ kind: 'invalid', code: 'card.notDone', detail });

async function aboutCard(path: string, io: CommandIo): Promise<CardAnswer | undefined> {
  if (existsSync(join(path, 'card.json'))) return await testCards(io, { do: 'about', folder: path });
  // Files are shown in a demo alone too: elsewhere people's own cards are seen by `tillit explain`.
  if (!existsSync(join(testAuthorityFolder(io), 'test-ca.json')))
    throw fault('this hub has no test authority: cards are shown in a demo alone');
  return undefined;
}

function chainOf(about: CardAnswer | undefined, path: string): readonly Buffer[] {
  const file = about?.certificates ?? path;
  if (/\.(p12|pfx)$/i.test(file)) throw fault('a PKCS#12 file is closed: show the folder of the card, or its card.pem');
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw fault(`there is no card and no file to read at ${path}`);
  }
  const found = pemBlocks(bytes.toString('latin1'));
  const chain = found.length > 0 ? found : [bytes];
  // A token shows its own certificate; those above it come from the hub.
  return about?.certificate === undefined ? chain : [Buffer.from(about.certificate, 'base64'), ...chain.slice(1)];
}

function acceptedPopulations({ providers }: CatalogueSnapshot): readonly string[] {
  return [...providers.values()]
    .filter(({ connector }) => connector === 'smartcard')
    .flatMap(({ populations }) => populations);
}

const held = (about: CardAnswer | undefined): object =>
  about === undefined
    ? {}
    : {
        form: about.card.form,
        ...(about.module === undefined ? {} : { module: about.module }),
        ...(about.triesLeft === undefined ? {} : { triesLeft: about.triesLeft }),
        ...(about.inserted === undefined ? {} : { inserted: about.inserted }),
      };

function factsOf(certificate: Certificate | undefined): object {
  if (certificate === undefined) return {};
  const { subject, issuer, serial, notBefore, notAfter, keyUsage, extendedKeyUsage, policies, publicKey } = certificate;
  return {
    subject: nameText(subject),
    issuer: nameText(issuer),
    serial,
    notBefore: new Date(notBefore).toISOString(),
    notAfter: new Date(notAfter).toISOString(),
    key: `${publicKey.type} ${publicKey.bits}`,
    keyUsage: [...(keyUsage ?? [])],
    extendedKeyUsage: [...(extendedKeyUsage ?? [])],
    policies: [...policies],
    ...(certificate.cardNumber === undefined ? {} : { cardNumber: certificate.cardNumber }),
    fingerprint: certificate.fingerprint,
  };
}

function verdictOf(decision: CertificateDecision): object {
  if (decision.ok)
    return {
      population: decision.populationId,
      identifier: `${decision.subject.namespace} ${decision.subject.value}`,
      class: decision.certificateClass,
      assurance: decision.assurance,
      verdict: 'taken',
      ...(decision.grace === undefined
        ? {}
        : { because: `${decision.grace.because}; let in until ${decision.grace.until}` }),
    };
  const failed = decision.explanation.at(-1);
  return {
    ...(decision.populationId === undefined ? {} : { population: decision.populationId }),
    verdict: 'refused',
    reason: decision.code,
    check: failed?.check,
    clause: failed?.clause,
    because: failed?.because,
  };
}

const words: Readonly<Record<string, string>> = {
  notBefore: 'valid from',
  notAfter: 'valid to',
  keyUsage: 'key usage',
  extendedKeyUsage: 'extended key usage',
  cardNumber: 'card number',
  triesLeft: 'PIN tries left',
  inserted: 'in a reader',
};

const lineOf = (value: unknown): string =>
  Array.isArray(value) ? (value.length === 0 ? 'none' : value.join(', ')) : String(value);
