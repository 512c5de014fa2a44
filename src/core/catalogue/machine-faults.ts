// Faults of applications that act as themselves or for others, one broken thing a row; read by the test of compiling.
import type { CatalogueKind } from './snapshot.ts';

export type Doc = Record<string, never>;
export type Fault = readonly [
  check: string,
  kind: CatalogueKind,
  id: string,
  change: (doc: Doc) => void,
  path: string,
  message: RegExp,
];

/** Sets the member at a dotted path. */
export const set = (path: string, value: unknown) => (doc: Doc) => {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const target = steps.reduce((at, step) => at[step] as unknown as Doc, doc);
  target[last] = value as never;
};
export const secretHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA';

export const machineFaults: readonly Fault[] = [
  [
    'application.exchange',
    'application',
    'ehr',
    set('actors', [{ application: 'nobody', scopes: ['record:read'] }]),
    'actors[0]',
    /no application nobody/,
  ],
  [
    'application.exchange',
    'application',
    'ehr',
    set('actors', [{ application: 'ehr', scopes: ['record:read'] }]),
    'actors[0]',
    /has not the grant/,
  ],
  [
    'application.exchange',
    'application',
    'ehr',
    set('grants', ['urn:ietf:params:oauth:grant-type:token-exchange']),
    'introspects',
    /resource server/,
  ],
  [
    'application.exchange',
    'application',
    'ehr',
    (doc) => {
      set('profile', 'basic')(doc);
      set('grants', ['urn:ietf:params:oauth:grant-type:token-exchange'])(doc);
      set('introspects', ['record'])(doc);
      set('authentication', { method: 'client_secret_basic', secretHash })(doc);
    },
    'authentication.method',
    /private_key_jwt/,
  ],
  [
    'application.ownKeys',
    'application',
    'ehr',
    (doc) => {
      set('scopes', ['openid', 'client:keys'])(doc);
      set('grants', ['client_credentials'])(doc);
      set('authentication', { method: 'private_key_jwt', jwksUri: 'https://e.example/jwks' })(doc);
    },
    'scopes',
    /client:keys/,
  ],
  [
    'application.ownKeys',
    'application',
    'ehr',
    set('scopes', ['openid', 'client:keys']),
    'scopes',
    /client_credentials/,
  ],
  ['application.ownKeys', 'application', 'ehr', set('keyDays', 30), 'keyDays', /client:keys/],
];
