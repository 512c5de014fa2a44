// Which applications may look after their own keys, and how long a key that they register lives.
import type { OidcApplication } from './snapshot.ts';

/**
 * Scopes of a ticket for an application's own record at the hub. Having one of them in its registration is what turns
 * self-service on. The second is HelseID's name.
 */
export const ownKeyScopes: readonly string[] = ['client:keys', 'nhn:selvbetjening/client'];

/** Whether the application may add and remove its keys itself: only keys that are registered here, never a fetched set. */
export const mayRotateKeys = ({ scopes, authentication }: OidcApplication): boolean =>
  'jwks' in authentication && scopes.some((scope) => ownKeyScopes.includes(scope));

/** Days that a key lives that an application registers itself, unless its record says otherwise. */
export const usualKeyDays = 365;
