// Server nonces without a store (RFC 9449 sections 8 and 9): every process with the same master key gives and knows the same ones.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type EpochMs, minuteMs } from '../clock.ts';
import { deriveKey } from './derive.ts';
import { type Keyring, keysOf, type MasterKey } from './keyring.ts';

const bucketMs = minuteMs / 2;
/** Five minutes: a nonce given at the end of its bucket still lives that long, one from its start half a minute more. */
const bucketsBack = 10;
/** Another process may be a moment ahead of us (hubs refuse to start at more than 2 s). */
const bucketsAhead = 1;
/** 160 bits. */
const macBytes = 20;

/** The nonce to give out at `now`. It changes every 30 s and is good for 5 minutes. */
export function issueNonce(keyring: Keyring, now: EpochMs): string {
  return nonceOf(keyring.current, Math.floor(now / bucketMs));
}

/** Whether a value is a nonce of ours that is at most 5 minutes old (5 min 30 s at the edge of a bucket), under any key of the ring. */
export function checkNonce(keyring: Keyring, value: string, now: EpochMs): boolean {
  const parts = /^([0-9a-z]{1,10})\.([A-Za-z0-9_-]{27})$/.exec(value);
  if (parts?.[1] === undefined) return false;
  const bucket = Number.parseInt(parts[1], 36);
  const present = Math.floor(now / bucketMs);
  if (bucket < present - bucketsBack || bucket > present + bucketsAhead) return false;
  const given = Buffer.from(value, 'latin1');
  let known = false;
  for (const master of keysOf(keyring)) {
    const expected = Buffer.from(nonceOf(master, bucket), 'latin1');
    if (expected.length === given.length && timingSafeEqual(expected, given)) known = true;
  }
  return known;
}

/** A key gives one nonce a bucket, and only the dozen buckets around now are ever asked for. */
const remembered = new WeakMap<MasterKey, Map<number, string>>();

function nonceOf(master: MasterKey, bucket: number): string {
  let ofKey = remembered.get(master);
  if (ofKey === undefined) {
    ofKey = new Map();
    remembered.set(master, ofKey);
  }
  const found = ofKey.get(bucket);
  if (found !== undefined) return found;
  const name = bucket.toString(36);
  const mac = createHmac('sha256', deriveKey(master, 'nonce', name))
    .update(name)
    .digest()
    .subarray(0, macBytes);
  const nonce = `${name}.${mac.toString('base64url')}`;
  if (ofKey.size >= 2 * (bucketsBack + bucketsAhead + 1)) ofKey.clear();
  ofKey.set(bucket, nonce);
  return nonce;
}
