// A proof that one event is in the log: all that an outsider needs beside the public key, and nothing of other events.
import { openCheckpoint } from './checkpoint.ts';
import { parseEventText, type StoredEvent } from './event-text.ts';
import { digestBytes, eventDigest, leafHash, rootFromPath } from './merkle.ts';
import type { NoteVerifier } from './signed-note.ts';

/** The proof as JSON; bytes in base64. */
export interface EventProof {
  readonly type: 'tillit-audit-proof';
  readonly v: 1;
  /** Place of the event in the log, from 0. */
  readonly index: number;
  /** The exact text. */
  readonly text: string;
  readonly salt: string;
  /** Inclusion path from the leaf up (RFC 6962 2.1.1). */
  readonly path: readonly string[];
  /** The signed note of the tree that the path leads to. */
  readonly checkpoint: string;
}

export type CheckedProof =
  | {
      readonly kind: 'good';
      readonly event: StoredEvent;
      readonly index: number;
      readonly size: number;
      readonly signedAt: number;
    }
  | { readonly kind: 'bad'; readonly why: string };

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Puts a proof together. */
export const eventProof = (given: {
  readonly index: number;
  readonly text: string;
  readonly salt: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly checkpoint: string;
}): EventProof => ({
  type: 'tillit-audit-proof',
  v: 1,
  index: given.index,
  text: given.text,
  salt: base64(given.salt),
  path: given.path.map(base64),
  checkpoint: given.checkpoint,
});

/** Checks a proof against public keys alone. */
export function checkProof(given: unknown, verifiers: readonly NoteVerifier[]): CheckedProof {
  const bad = (why: string): CheckedProof => ({ kind: 'bad', why });
  const proof = readProof(given);
  if (proof === undefined) return bad('it is not a proof of an event');
  const opened = openCheckpoint(proof.checkpoint, verifiers);
  if (opened.kind !== 'good') return bad(`its checkpoint is ${opened.kind}`);
  const { size, root, at } = opened.checkpoint;
  const leaf = leafHash(eventDigest(Buffer.from(proof.salt, 'base64'), proof.text));
  const path = proof.path.map((step) => Buffer.from(step, 'base64'));
  if (path.some((step) => step.length !== digestBytes)) return bad('its path holds something that is no hash');
  const found = rootFromPath(proof.index, size, leaf, path);
  if (!found?.equals(root)) return bad('its text, salt and path do not lead to the root that the checkpoint signs');
  const event = parseEventText(proof.text);
  return event === undefined
    ? bad('its text is no event')
    : { kind: 'good', event, index: proof.index, size, signedAt: at };
}

function readProof(given: unknown): EventProof | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { type, v, index, text, salt, path, checkpoint } = given as Record<string, unknown>;
  const strings = [text, salt, checkpoint].every((value) => typeof value === 'string');
  const steps = Array.isArray(path) && path.length <= 64 && path.every((step) => typeof step === 'string');
  if (type !== 'tillit-audit-proof' || v !== 1 || !Number.isSafeInteger(index) || !strings || !steps) return undefined;
  return given as EventProof;
}
