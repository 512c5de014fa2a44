// Signed notes (C2SP signed-note) with Ed25519 (RFC 8032): the form in which checkpoints are published.
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** A key that notes are verified with. */
export interface NoteVerifier {
  readonly name: string;
  /** First four bytes of SHA-256(name, newline, 0x01, public key), hex (C2SP signed-note, "Signature types"). */
  readonly keyId: string;
  readonly publicKey: KeyObject;
  /** `name+keyid+base64`: what is handed to outsiders. */
  readonly text: string;
}

/** A key that notes are signed with; the private part stays inside. */
export interface NoteSigner {
  readonly verifier: NoteVerifier;
  sign(text: string): string;
}

const ed25519Type = Buffer.from([1]);
// RFC 8410: what stands before the 32 bytes in SubjectPublicKeyInfo and in PKCS #8.
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const keyBytes = 32;

/** C2SP signed-note: a key name is not empty and has no space and no plus sign. */
export const isNoteName = (name: string): boolean => /^[^\s+]+$/u.test(name);

function keyIdOf(name: string, raw: Uint8Array): string {
  const seen = Buffer.concat([Buffer.from(`${name}\n`), ed25519Type, raw]);
  return hash('sha256', seen, 'hex').slice(0, 8);
}

function verifierOf(name: string, raw: Buffer): NoteVerifier {
  const keyId = keyIdOf(name, raw);
  const publicKey = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' });
  return { name, keyId, publicKey, text: `${name}+${keyId}+${Buffer.concat([ed25519Type, raw]).toString('base64')}` };
}

/** The 32 bytes in a key's text, when type and length are right. */
function rawKey(encoded: string): Buffer | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded || bytes.length !== keyBytes + 1 || bytes[0] !== 1) return undefined;
  return bytes.subarray(1);
}

/** Reads a verifier key `name+keyid+base64`; undefined when it is not one or its id does not fit. */
export function parseVerifier(text: string): NoteVerifier | undefined {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text.trim()) ?? [];
  const raw = encoded === undefined ? undefined : rawKey(encoded);
  if (name === undefined || raw === undefined) return undefined;
  const verifier = verifierOf(name, raw);
  return verifier.keyId === keyId ? verifier : undefined;
}

/** A signer from its 32-byte seed (RFC 8032 5.1.5). Throws RangeError on a wrong name or length. */
export function noteSigner(name: string, seed: Uint8Array): NoteSigner {
  if (!isNoteName(name) || seed.length !== keyBytes) throw new RangeError('a note key needs a name and a 32-byte seed');
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length);
  const verifier = verifierOf(name, raw);
  return {
    verifier,
    sign(text) {
      if (!text.endsWith('\n') || text.includes('\n\n')) throw new RangeError('not the text of a note');
      const signature = Buffer.concat([Buffer.from(verifier.keyId, 'hex'), sign(null, Buffer.from(text), privateKey)]);
      return `${text}\n— ${name} ${signature.toString('base64')}\n`;
    },
  };
}

/** Reads a signer key `PRIVATE+KEY+name+keyid+base64`; undefined when it is not one. */
export function parseSigner(text: string): NoteSigner | undefined {
  const [, name, keyId, encoded] =
    /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text.trim()) ?? [];
  const seed = encoded === undefined ? undefined : rawKey(encoded);
  if (name === undefined || seed === undefined) return undefined;
  const signer = noteSigner(name, seed);
  return signer.verifier.keyId === keyId ? signer : undefined;
}

/** The text of a signer key, to be kept where only the hub can read it. */
export function formatSigner(name: string, seed: Uint8Array): string {
  const { keyId } = noteSigner(name, seed).verifier;
  return `PRIVATE+KEY+${name}+${keyId}+${Buffer.concat([ed25519Type, seed]).toString('base64')}`;
}

/** The outcome of opening a note: its text and who signed it, or what is wrong. */
export type OpenedNote =
  | { readonly kind: 'signed'; readonly text: string; readonly by: NoteVerifier }
  | { readonly kind: 'malformed' | 'unknownKey' | 'forged' };

const signatureLine = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;

/**
 * Opens a note: signed by at least one of the keys, and no signature of a known key is wrong
 * (C2SP signed-note, "Verification": signatures of unknown keys are passed over).
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) return { kind: 'malformed' };
  const text = note.slice(0, split + 1);
  let by: NoteVerifier | undefined;
  for (const line of note.slice(split + 2, -1).split('\n')) {
    const [, name, encoded] = signatureLine.exec(line) ?? [];
    if (name === undefined || encoded === undefined) return { kind: 'malformed' };
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.toString('base64') !== encoded) return { kind: 'malformed' };
    const keyId = bytes.subarray(0, 4).toString('hex');
    const known = verifiers.find((verifier) => verifier.name === name && verifier.keyId === keyId);
    if (known === undefined) continue;
    if (!verify(null, Buffer.from(text), known.publicKey, bytes.subarray(4))) return { kind: 'forged' };
    by ??= known;
  }
  return by === undefined ? { kind: 'unknownKey' } : { kind: 'signed', text, by };
}
