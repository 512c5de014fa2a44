// One token, opened: its key is found, made, and signs. Runs in the child.

import type { CaKeyKind } from '../key-file.ts';
import { type Attribute, type Cryptoki, type Handle, loadCryptoki, TokenFailure, truth, word } from './cryptoki.ts';
import { keyFault, newKeyFactChecks } from './key-facts.ts';
import { loginFault } from './return-values.ts';
import type { KeyFacts, RawPublicKey, TokenAnswers, TokenPlace, TokenRequest } from './token-messages.ts';

// PKCS#11 2.40, numbers of the current mechanisms and of attributes.
const objectClass = { publicKey: 2, privateKey: 3 } as const;
const attributes = {
  ...{ class: 0x0, token: 0x1, private: 0x2, label: 0x3, id: 0x102, sensitive: 0x103, decrypt: 0x105, unwrap: 0x107 },
  ...{ sign: 0x108, verify: 0x10a, derive: 0x10c, modulus: 0x120, modulusBits: 0x121, publicExponent: 0x122 },
  ...{ extractable: 0x162, neverExtractable: 0x164, alwaysSensitive: 0x165, ecParams: 0x180, ecPoint: 0x181 },
  ...{ alwaysAuthenticate: 0x202 },
} as const;
const mechanisms = { rsaKeyPair: 0x0, rsa: 0x1, ecKeyPair: 0x1040, ecdsa: 0x1041 } as const;
/** Named curves as CKA_EC_PARAMS wants them: the object identifier, DER (RFC 5480 2.1.1.1). */
const curves = {
  'P-256': { params: Buffer.from('06082a8648ce3d030107', 'hex'), pointBytes: 65 },
  'P-384': { params: Buffer.from('06052b81040022', 'hex'), pointBytes: 97 },
} as const;
const rsaExponent = Buffer.from([1, 0, 1]);

const failure = (text: string): TokenFailure => new TokenFailure({ text });

export interface OpenToken {
  readonly opened: TokenAnswers['open'];
  make(request: Extract<TokenRequest, { op: 'make' }>): TokenAnswers['make'];
  sign(request: Extract<TokenRequest, { op: 'sign' }>): Uint8Array;
  /** Throws when the token or its key is not there any more. */
  look(): void;
  close(): void;
}

/** Loads the library, finds the token, logs in, and finds the key. Throws a TokenFailure. */
export function openToken({ place, pin, keyId }: Extract<TokenRequest, { op: 'open' }>): OpenToken {
  const cryptoki = loadCryptoki(place.module);
  const { slot, info } = findToken(cryptoki, place);
  const refused = loginFault(info.flags);
  if (refused !== undefined) throw new TokenFailure(refused);
  const session = cryptoki.openSession(slot);
  cryptoki.login(session, pin);
  let key = keyId === undefined ? undefined : findKey(cryptoki, session, keyId);
  const theKey = (): Handle => {
    if (key === undefined) throw failure('no key was opened');
    return key;
  };
  return {
    opened: {
      serial: info.serial,
      maker: info.maker,
      key: key === undefined ? undefined : factsOf(cryptoki, session, key),
    },
    make(request) {
      const made = makeKey(cryptoki, session, request);
      key = made.privateKey;
      return made.publicKey;
    },
    sign: ({ mechanism, input }) => cryptoki.sign(session, mechanisms[mechanism], theKey(), input),
    look() {
      cryptoki.tokenInfo(slot);
      cryptoki.read(session, theKey(), attributes.id);
    },
    close: cryptoki.finalize,
  };
}

function findToken(cryptoki: Cryptoki, { token, serial }: TokenPlace) {
  const found = cryptoki
    .slots()
    .map((slot) => ({ slot, info: cryptoki.tokenInfo(slot) }))
    .filter(({ info }) => info.label === token && (serial === undefined || info.serial === serial));
  const [first, second] = found;
  if (first === undefined)
    throw failure(`there is no token "${token}"${serial === undefined ? '' : ` with serial number ${serial}`}`);
  if (second !== undefined) throw failure(`there are ${found.length} tokens "${token}"; give them different names`);
  return first;
}

const classAndId = (kind: number, id: Uint8Array): readonly Attribute[] => [
  { type: attributes.class, value: word(kind) },
  { type: attributes.id, value: Buffer.from(id) },
];

function findKey(cryptoki: Cryptoki, session: Handle, id: Uint8Array): Handle {
  const found = cryptoki.find(session, classAndId(objectClass.privateKey, id));
  const [key] = found;
  const hex = Buffer.from(id).toString('hex');
  if (key === undefined) throw failure(`the token has no private key with the id ${hex}`);
  if (found.length > 1) throw failure(`the token has more than one private key with the id ${hex}`);
  return key;
}

function factsOf(cryptoki: Cryptoki, session: Handle, key: Handle): KeyFacts {
  const is = (type: number): boolean | undefined => {
    const value = cryptoki.read(session, key, type);
    return value?.length === 1 ? value[0] !== 0 : undefined;
  };
  return {
    sensitive: is(attributes.sensitive),
    extractable: is(attributes.extractable),
    alwaysSensitive: is(attributes.alwaysSensitive),
    neverExtractable: is(attributes.neverExtractable),
    signs: is(attributes.sign),
    asksEachTime: is(attributes.alwaysAuthenticate),
  };
}

/** Makes a key pair that signs and does nothing else, and whose private part cannot be taken out. */
function makeKey(
  cryptoki: Cryptoki,
  session: Handle,
  { kind, keyId, label }: Extract<TokenRequest, { op: 'make' }>,
): { privateKey: Handle; publicKey: RawPublicKey } {
  if (cryptoki.find(session, classAndId(objectClass.privateKey, keyId)).length > 0)
    throw failure('the token has a key with this id already');
  const named: readonly Attribute[] = [
    { type: attributes.token, value: truth(true) },
    { type: attributes.id, value: Buffer.from(keyId) },
    { type: attributes.label, value: Buffer.from(label, 'utf8') },
  ];
  const size: readonly Attribute[] =
    kind === 'RSA-4096'
      ? [
          { type: attributes.modulusBits, value: word(4096) },
          { type: attributes.publicExponent, value: rsaExponent },
        ]
      : [{ type: attributes.ecParams, value: curves[kind].params }];
  // All said: a token's own standard may be yes, as SoftHSM's is.
  const no = [attributes.extractable, attributes.decrypt, attributes.unwrap, attributes.derive];
  const yes = [attributes.private, attributes.sensitive, attributes.sign];
  const { publicKey, privateKey } = cryptoki.generate(
    session,
    kind === 'RSA-4096' ? mechanisms.rsaKeyPair : mechanisms.ecKeyPair,
    [...named, ...size, { type: attributes.verify, value: truth(true) }],
    [
      ...named,
      ...yes.map((type) => ({ type, value: truth(true) })),
      ...no.map((type) => ({ type, value: truth(false) })),
    ],
  );
  const read = (type: number): Buffer => {
    const value = cryptoki.read(session, publicKey, type);
    if (value === undefined) throw failure('the token does not tell the public key that it made');
    return value;
  };
  try {
    const fault = keyFault(factsOf(cryptoki, session, privateKey), newKeyFactChecks);
    if (fault !== undefined) throw failure(`the key that it made will not do: ${fault}`);
    return { privateKey, publicKey: readPublicKey(kind, read) };
  } catch (error) {
    for (const object of [publicKey, privateKey]) cryptoki.destroy(session, object);
    throw error;
  }
}

function readPublicKey(kind: CaKeyKind, read: (type: number) => Buffer): RawPublicKey {
  if (kind === 'RSA-4096')
    return { type: 'rsa', modulus: read(attributes.modulus), exponent: read(attributes.publicExponent) };
  const value = read(attributes.ecPoint);
  const { pointBytes } = curves[kind];
  // PKCS#11 2.40 2.3.3 has the point in an OCTET STRING; some tokens give it bare.
  const point = value.length === pointBytes ? value : value.subarray(value.length - pointBytes);
  if (point.length !== pointBytes || point[0] !== 4) throw failure('the token gives no uncompressed point');
  return { type: 'ec', curve: kind, point };
}
