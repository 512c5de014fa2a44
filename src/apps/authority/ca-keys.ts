// The keys of authorities as their files say: sealed by a passphrase, or in a token that a PIN opens; asked for where it is needed.
import type { Secret } from '../../base/secret.ts';
import {
  type CaKeyKind,
  makeSealedKey,
  makeTokenKey,
  type OpenedKey,
  openSealedKey,
  openTokenKey,
  readTokenKeyFile,
  refuseToReplace,
  type TokenPlace,
  writeTokenKeyFile,
} from '../../edge/keys/ca/index.ts';
import { passphraseFrom, pinFrom } from './passphrase.ts';

export interface KeySecrets {
  readonly passphraseFile: string | undefined;
  readonly pinFile: string | undefined;
}

const inFile = (signer: OpenedKey['signer']): OpenedKey => ({
  signer,
  described: ['The key lies in a file that the passphrase opens.'],
  close: async () => undefined,
});

/** Makes a key, in a token when one is named, and its file. */
export async function makeCaKey(
  file: string,
  given: KeySecrets & {
    readonly kind: CaKeyKind;
    readonly token: TokenPlace | undefined;
    readonly of: string;
    readonly label: string;
  },
): Promise<OpenedKey> {
  const { kind, token, of, label } = given;
  if (token === undefined)
    return inFile(makeSealedKey(file, kind, await passphraseFrom(given.passphraseFile, of, true)));
  // Before the token makes one that nobody would name.
  refuseToReplace(file);
  const pin = await pinFrom(given.pinFile, `the token "${token.token}"`);
  const made = await makeTokenKey(token, { kind, label, pin });
  try {
    writeTokenKeyFile(file, made.key);
  } catch (error) {
    await made.close();
    throw error;
  }
  return made;
}

/** Opens keys one after the other; keys that are opened alike are asked for once. */
export function keyOpener(secrets: KeySecrets, of: string): (file: string) => Promise<OpenedKey> {
  let passphrase: Promise<Secret<string>> | undefined;
  const pins = new Map<string, Promise<Secret<string>>>();
  return async (file) => {
    const key = readTokenKeyFile(file);
    if (key === undefined) {
      passphrase ??= passphraseFrom(secrets.passphraseFile, of, false);
      return inFile(openSealedKey(file, await passphrase));
    }
    const pin = pins.get(key.token) ?? pinFrom(secrets.pinFile, `the token "${key.token}"`);
    pins.set(key.token, pin);
    return openTokenKey(key, await pin);
  };
}
