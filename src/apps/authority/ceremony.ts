// The ceremonies: an offline root, requests of issuing authorities, their certificates, and the root's revocation list.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import { type Certificate, csrToSign, nameText, pemBlocks, signedDer, toPem } from '../../base/x509/index.ts';
import {
  type AuthorityName,
  authorityName,
  type CaSigner,
  issuingToSign,
  makeList,
  nextListNumber,
  publishedUrls,
  reasonCodes,
  rootToSign,
  signAuthority,
} from '../../core/authority/index.ts';
import type { CaKeyKind, TokenPlace } from '../../edge/keys/ca/index.ts';
import { revocationReasons } from '../../wire/codes/index.ts';
import { type KeySecrets, keyOpener, makeCaKey } from './ca-keys.ts';
import { describeCertificate, minutes } from './minutes.ts';
import { programVersion } from './program.ts';
import { makeFolder, readCertificateFile, readRegister, rootFiles, writeRegister, writeWhole } from './root-folder.ts';

interface Given extends KeySecrets {
  readonly folder: string;
  readonly witnesses: readonly string[];
  readonly out: (line: string) => void;
}

/** A key that a ceremony makes: its kind, and the token that it is made in. */
interface KeyToMake {
  readonly key: CaKeyKind;
  readonly token: TokenPlace | undefined;
}

const failed = (detail: string): Problem => new Problem({ kind: 'invalid', code: 'settings', detail });

/** Prints the minutes and keeps them in a file. */
function hold({ folder, witnesses, out }: Given, name: string, title: string, lines: readonly string[]): void {
  const at = systemClock();
  const text = minutes({ title, program: programVersion, at, witnesses, lines });
  const file = join(folder, `minutes-${new Date(at).toISOString().replace(/[:.]/g, '-')}-${name}.txt`);
  writeWhole(file, text);
  for (const line of text.split('\n')) out(line);
  out(`Kept in ${file}`);
}

/** The root's key for as long as a ceremony needs it. */
async function withRootKey<T>(given: Given, work: (signer: CaSigner) => Promise<T>): Promise<T> {
  const { signer, close } = await keyOpener(given, 'the root')(rootFiles(given.folder).key);
  try {
    return await work(signer);
  } finally {
    await close();
  }
}

/** Makes a root: key and certificate. Everything happens on this machine, which should have no network. */
export async function rootCeremony(
  given: Given & KeyToMake & { name: AuthorityName; years: number; publishUrl: string },
): Promise<Certificate> {
  const files = rootFiles(given.folder);
  makeFolder(given.folder);
  const { key: kind, token, name, years } = given;
  const { signer, described, close } = await makeCaKey(files.key, {
    ...{ ...given, kind, token, of: 'the root', label: 'root' },
  });
  try {
    const made = rootToSign(signer, { name, years, now: systemClock(), random: systemRandom });
    const certificate = await signAuthority(signer, made.toSign, 'itself');
    writeRegister(given.folder, { publishUrl: given.publishUrl, listNumber: 0, signed: [] });
    writeWhole(files.certificate, toPem(certificate.der), 0o644);
    await signRootList(given, signer, certificate);
    hold(given, 'root', 'A root was made.', [...describeCertificate(certificate), '', ...described]);
    return certificate;
  } finally {
    await close();
  }
}

/** On the machine that will issue: a key, and a request to carry to the root. The key never leaves. */
export async function requestCeremony(given: Given & KeyToMake & { id: string; name: AuthorityName }): Promise<void> {
  const { id, folder, key: kind, token } = given;
  makeFolder(folder);
  const { signer, described, close } = await makeCaKey(join(folder, 'keys', `${id}.key`), {
    ...{ ...given, kind, token, of: `issuing authority ${id}`, label: id },
  });
  try {
    const bytes = csrToSign({ subject: authorityName(given.name), publicKey: signer.publicKey });
    const der = signedDer(bytes, signer.algorithm, await signer.sign(bytes));
    writeWhole(join(folder, `${id}.csr`), toPem(der, 'CERTIFICATE REQUEST'), 0o644);
  } finally {
    await close();
  }
  for (const line of described) given.out(line);
  given.out(`Carry ${join(folder, `${id}.csr`)} to the root, and bring ${id}.pem back.`);
}

/** On the offline machine: the certificate of an issuing authority, written down before it is signed. */
export async function signCeremony(
  given: Given & { id: string; csr: string; into: string; years: number },
): Promise<Certificate> {
  const { folder, id } = given;
  const files = rootFiles(folder);
  const root = readCertificateFile(files.certificate);
  const register = readRegister(folder);
  if (register.signed.some((one) => one.id === id && one.revoked === undefined && one.notAfter > systemClock()))
    throw failed(`${id} has a certificate already; give the next one another id, for example ${id}-2`);
  const [csr] = pemBlocks(readFileSync(given.csr, 'utf8'), 'CERTIFICATE REQUEST');
  if (csr === undefined) throw failed(`${given.csr} holds no request`);
  return withRootKey(given, async (signer) => {
    const urls = publishedUrls(register.publishUrl, 'root');
    const decided = issuingToSign({ certificate: root, signer, urls }, csr, {
      years: given.years,
      now: systemClock(),
      random: systemRandom,
    });
    if (!decided.ok) throw failed(decided.because);
    const { serial, notAfter, toSign } = decided.authority;
    writeRegister(folder, {
      ...register,
      signed: [...register.signed, { serial, id, subject: nameText(decided.subject), notAfter }],
    });
    const certificate = await signAuthority(signer, toSign, root);
    writeWhole(given.into, toPem(certificate.der), 0o644);
    hold(given, id, `The root signed issuing authority ${id}.`, describeCertificate(certificate));
    return certificate;
  });
}

const listDays = 184;

/** On the offline machine, twice a year and when an issuing authority is revoked: the root's list. */
export async function listCeremony(
  given: Given & { revoke?: string | undefined; reason?: string | undefined },
): Promise<void> {
  const { folder, revoke } = given;
  const files = rootFiles(folder);
  const root = readCertificateFile(files.certificate);
  await withRootKey(given, async (signer) => {
    if (revoke !== undefined) {
      const reason = revocationReasons.find((each) => each === given.reason);
      if (reason === undefined) throw failed(`--reason is one of ${revocationReasons.join(', ')}`);
      const register = readRegister(folder);
      const found = register.signed.find(({ id, serial }) => id === revoke || serial === revoke);
      if (found === undefined) throw failed(`the root never signed ${revoke}`);
      const revoked = found.revoked ?? { at: systemClock(), reason: reasonCodes[reason] };
      const signed = register.signed.map((one) => (one.serial === found.serial ? { ...one, revoked } : one));
      writeRegister(folder, { ...register, signed });
    }
    const lines = await signRootList(given, signer, root);
    hold(given, 'list', 'The root signed a revocation list.', lines);
  });
}

async function signRootList({ folder }: Given, signer: CaSigner, certificate: Certificate): Promise<readonly string[]> {
  const register = readRegister(folder);
  const now = systemClock();
  const number = nextListNumber(register.listNumber, now);
  // The number is spent before it is signed: none is ever used twice.
  writeRegister(folder, { ...register, listNumber: number });
  const revoked = register.signed.flatMap(({ serial, revoked: found }) => (found ? [{ serial, ...found }] : []));
  const urls = publishedUrls(register.publishUrl, 'root');
  const before = { number: number - 1, revision: 0, thisUpdate: 0, nextUpdate: 0, der: Buffer.alloc(0) };
  const list = await makeList(
    { id: 'root', certificate, above: [], signer, urls },
    { last: before, revision: 0, revoked, now, lifeMs: listDays * 86_400_000 },
  );
  writeWhole(rootFiles(folder).list, list.der, 0o644);
  return [
    `Number:       ${number}`,
    `Next before:  ${new Date(list.nextUpdate).toISOString()}`,
    `Revoked:      ${revoked.length}`,
    ...revoked.map(({ serial }) => `  ${serial}`),
  ];
}
