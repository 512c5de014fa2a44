// Values that leave the process and come back: sealed for one purpose and whose they are, and with an end where they have one.
import { createHmac } from 'node:crypto';
import type { EpochMs } from '../../../base/clock.ts';
import { deriveKey, type Keyring, keyringOf, open, seal } from '../../../base/sealing/index.ts';

/** Seals JSON until an instant. */
export function sealedUntil(keyring: Keyring, purpose: string, whose: string, value: object, until: EpochMs): string {
  const bytes = Buffer.from(JSON.stringify({ value, until }));
  return seal(keyring, `saml ${purpose}`, whose, bytes).toString('base64url');
}

/** What was sealed for this purpose and owner, unless its end has come. */
export function unsealed<Value>(
  keyring: Keyring,
  purpose: string,
  whose: string,
  text: string,
  now: EpochMs,
): Value | undefined {
  const opened = open(keyring, `saml ${purpose}`, whose, Buffer.from(text, 'base64url'));
  if (!opened.ok) return undefined;
  const { value, until } = JSON.parse(opened.bytes.toString()) as { value: Value; until: EpochMs };
  return now < until ? value : undefined;
}

const indexPurpose = 'saml session index';

/**
 * SessionIndex of a session towards one application: always the same, read by us alone, and nothing that two
 * applications could compare (SAML Core 2.7.2). The first master key makes it, so that turning keys in the middle of a
 * session does not make the application's index another; what would be random follows from what is sealed.
 */
export function sessionIndexOf(keyring: Keyring, application: string, session: string): string {
  const random = (bytes: number) =>
    createHmac('sha512', deriveKey(keyring.first, `${indexPurpose} salt`, ''))
      .update(JSON.stringify([application, session]))
      .digest()
      .subarray(0, bytes);
  return seal(keyringOf(keyring.first), indexPurpose, application, Buffer.from(session), random).toString('base64url');
}

/** The session of an index that we gave to this application; undefined for anything else. */
export function sessionOfIndex(keyring: Keyring, application: string, index: string): string | undefined {
  const opened = open(keyringOf(keyring.first), indexPurpose, application, Buffer.from(index, 'base64url'));
  return opened.ok ? opened.bytes.toString() : undefined;
}

const framePurpose = 'saml frame logout';

/** ID of a request that a frame takes along: what comes back names the session by it, for us alone (SAML Core 1.3.4: another each time). */
export const frameRequestId = (keyring: Keyring, application: string, session: string): string =>
  `_${seal(keyring, framePurpose, application, Buffer.from(session)).toString('base64url')}`;

/** The session that a frame's request was about; undefined when it was none of ours to this application. */
export function sessionOfFrame(keyring: Keyring, application: string, requestId: string): string | undefined {
  const opened = open(keyring, framePurpose, application, Buffer.from(requestId.slice(1), 'base64url'));
  return opened.ok ? opened.bytes.toString() : undefined;
}
