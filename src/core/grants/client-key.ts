// Keys of an application that looks after them itself: those of its record and those it registered, and which of them live.
import { type EpochMs, secondMs } from '../../base/clock.ts';
import { importPublicJwk, type JsonObject, type VerifyKey } from '../../base/jose/index.ts';
import type { OidcApplication } from '../catalogue/index.ts';
import type { Claim, Write } from '../commit/index.ts';

/** A key that an application registered itself, or one of its record that it removed. Rows stay for ever: a key comes once. */
export interface RegisteredKey {
  readonly client: string;
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly removedAt?: EpochMs | undefined;
}

export interface LiveKey {
  readonly key: VerifyKey;
  /** Where it was registered: in the application's record, or by the application itself. */
  readonly origin: 'record' | 'self';
  /** Absent: lives until it is taken out of the record. */
  readonly expiresAt?: EpochMs | undefined;
}

/** More keys than this at once are a key that nobody removed. */
export const mostLiveKeys = 5;

/** The keys of an application's own record with their end (`exp`, seconds, as in OpenID Federation 1.0 8.7.2). */
export function recordKeys({ authentication }: OidcApplication): readonly LiveKey[] {
  if (!('jwks' in authentication)) return [];
  return authentication.jwks.keys.flatMap((jwk): LiveKey[] => {
    const imported = importPublicJwk(jwk);
    if (!imported.ok) return [];
    const { exp } = jwk;
    return [{ key: imported.key, origin: 'record', expiresAt: typeof exp === 'number' ? exp * secondMs : undefined }];
  });
}

/** The keys that verify something now. A key that was removed or has run out verifies nothing, wherever it stands. */
export function liveKeys(
  application: OidcApplication,
  registered: readonly RegisteredKey[],
  now: EpochMs,
): readonly LiveKey[] {
  const removed = new Set(registered.filter(({ removedAt }) => removedAt !== undefined).map((key) => key.thumbprint));
  const own = registered.flatMap(({ jwk, expiresAt }): LiveKey[] => {
    const imported = importPublicJwk(jwk as JsonObject);
    return imported.ok ? [{ key: imported.key, origin: 'self', expiresAt }] : [];
  });
  const all = new Map<string, LiveKey>();
  for (const each of [...recordKeys(application), ...own]) {
    const { jkt } = each.key;
    if (!removed.has(jkt) && now < (each.expiresAt ?? Number.POSITIVE_INFINITY) && !all.has(jkt)) all.set(jkt, each);
  }
  return [...all.values()];
}

/** A key is registered once among all applications, and never again after it was removed. */
const forEver: EpochMs = Date.UTC(2200, 0);

export const claimKey = (thumbprint: string): Claim => ({ scope: 'client_key', key: thumbprint, until: forEver });

/**
 * Changes of one application's keys come one after the other, over all processes: whoever decided by the same state
 * comes second. Rows are never deleted and a removal marks one, so that the number grows with every change.
 */
export const claimKeyState = (client: string, registered: readonly RegisteredKey[]): Claim => ({
  scope: 'client_keys',
  key: `${client} ${registered.length + registered.filter(({ removedAt }) => removedAt !== undefined).length}`,
  until: forEver,
});

export const saveClientKey = (key: RegisteredKey): Write => ({
  kind: 'clientKey.save',
  entity: `clientKey ${key.thumbprint}`,
  row: { ...key, removedAt: key.removedAt ?? null },
});

/** Port: keys that applications registered themselves. */
export interface ClientKeyReads {
  /** All of an application's, also those that ran out or were removed. Sees what was committed when it was asked. */
  registeredKeys(client: string): Promise<readonly RegisteredKey[]>;
}
