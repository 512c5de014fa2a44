// The hub's own API for its administration: an API like any other to tokens, but no record of it can be written.
import type { Api } from './api.ts';

/** Scopes of the admin API: to see, and to change. */
export const adminScopes = { read: 'tillit:admin.read', write: 'tillit:admin.write' } as const;

/**
 * One audience for all issuers of the hub: whichever of them signed, the token is the hub's own. Its tokens are bound
 * to a key, whatever the application's profile. Who gets what by it is said by grants of administration (core/directory).
 */
export const adminApi: Api = Object.freeze({
  id: 'tillit-admin',
  audience: 'tillit:admin',
  name: Object.freeze({ en: 'Tillit administration' }),
  scopes: Object.freeze(Object.values(adminScopes)),
  claims: Object.freeze([]),
  minimumAssurance: 'substantial',
  accessTokenSeconds: 300,
  requireBoundTokens: true,
  machines: true,
  limits: Object.freeze({}),
});
