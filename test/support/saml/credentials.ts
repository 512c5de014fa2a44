// A key and a self-signed certificate of the kind that SAML parties name in their metadata.
import { generateKeyPair } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { certificate, pem } from '../../fakes/certificates.ts';

export interface SamlCredential {
  readonly certificate: string;
  readonly key: string;
}

/** RSA 2048, which every one of them can use; both as PEM. */
export async function newSamlCredential(commonName: string): Promise<SamlCredential> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { certificate: certificate(commonName, privateKey, undefined).pem, key: pem(privateKey) };
}

/** Writes `<name>.pem` and `<name>.key` into the folder. */
export function writeCredential(folder: string, name: string, credential: SamlCredential): void {
  writeFileSync(join(folder, `${name}.pem`), credential.certificate);
  writeFileSync(join(folder, `${name}.key`), credential.key, { mode: 0o600 });
}
