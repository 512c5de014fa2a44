// Master keys from outside the database: one in use and those it replaced, each with an id.
import { Problem } from '../problem.ts';
import type { Secret } from '../secret.ts';

export interface MasterKey {
  /** 1 to 32 of `A-Z a-z 0-9 . _ -`; stands in the clear in what was made with the key. */
  readonly id: string;
  /** At least 32 bytes from a random source. */
  readonly key: Secret<Buffer>;
}

export interface Keyring {
  /** Makes everything new. */
  readonly current: MasterKey;
  /** Still read, newest first. A key to come may stand here before it is made current, so that all processes know it. */
  readonly previous: readonly MasterKey[];
  /** The first one ever made: what must never change is derived from it. */
  readonly first: MasterKey;
}

/** A keyring whose keys are long enough and whose ids are well-formed and different; else a Problem that names the id. */
export function keyringOf(current: MasterKey, previous: readonly MasterKey[] = [], first?: MasterKey): Keyring {
  const seen = new Set<string>();
  for (const { id, key } of [current, ...previous]) {
    if (!/^[A-Za-z0-9._-]{1,32}$/.test(id)) throw unfit('an id of a master key has other characters or length');
    if (seen.has(id)) throw unfit(`master key ${id} is there twice`);
    if (key.reveal().length < 32) throw unfit(`master key ${id} is shorter than 32 bytes`);
    seen.add(id);
  }
  return Object.freeze({ current, previous: Object.freeze([...previous]), first: first ?? previous.at(-1) ?? current });
}

/** Every key, the current one first. */
export function keysOf(keyring: Keyring): readonly MasterKey[] {
  return keyring.previous.length === 0 ? [keyring.current] : [keyring.current, ...keyring.previous];
}

/** The key with an id, or undefined. */
export function keyNamed(keyring: Keyring, id: string): MasterKey | undefined {
  if (keyring.current.id === id) return keyring.current;
  return keyring.previous.find((key) => key.id === id);
}

function unfit(detail: string): Problem {
  return new Problem({ kind: 'internal', code: 'sealing.unfitKeyring', detail });
}
