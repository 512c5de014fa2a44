// The measured hub's process: the database is already there, and the request log is written to nowhere.
import { openSync, writeSync } from 'node:fs';
import type pg from 'pg';
import type { StoredItem } from '../../src/core/catalogue/index.ts';
import { serveLines } from '../child.ts';
import { api, type KnownClient } from '../clients.ts';
import { startOidcHub } from './oidc-hub.ts';

const issuer = 'https://hub.bench.example';

const applicationOf = ({ id, jwk, redirectUri }: KnownClient): StoredItem => ({
  kind: 'application',
  id,
  doc: {
    id,
    issuer: 'bench',
    name: { en: id },
    redirectUris: [redirectUri],
    authentication: { method: 'private_key_jwt', jwks: { keys: [jwk] } },
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: ['openid', 'profile', api.scope],
    apis: [api.id],
    introspects: [api.id],
    minimumAssurance: 'low',
  },
});

const catalogue = (clients: readonly KnownClient[]): readonly StoredItem[] => [
  {
    kind: 'brand',
    id: 'plain',
    doc: { id: 'plain', name: 'Plain', primary: '#005a8c', accent: '#7a1f5c', contact: 'help@example.org' },
  },
  { kind: 'issuer', id: 'bench', doc: { id: 'bench', url: issuer, brand: 'plain' } },
  {
    kind: 'api',
    id: api.id,
    doc: { id: api.id, audience: api.audience, name: { en: 'Records' }, scopes: [api.scope] },
  },
  {
    kind: 'provider',
    id: 'password',
    doc: { id: 'password', connector: 'password', name: { en: 'Password' }, maximumAssurance: 'low' },
  },
  ...clients.map(applicationOf),
];

interface Settings {
  readonly clients: readonly KnownClient[];
  readonly connection: pg.PoolConfig;
  readonly dataFolder: string;
}

async function start({ clients, connection, dataFolder }: Settings) {
  const people = clients.map(({ id }) => `person-${id}`);
  // A synchronous write a line, as pino does to stdout.
  const nowhere = openSync('/dev/null', 'w');
  const log = { write: (line: string) => void writeSync(nowhere, line) };
  const hub = await startOidcHub({ connection, dataFolder, catalogue: catalogue(clients), people, log });
  const cookies: string[] = [];
  for (const person of people) cookies.push(await hub.login(person));
  return {
    port: hub.port,
    issuer,
    base: issuer,
    paths: { par: '/par', authorize: '/authorize', token: '/token', introspect: '/introspect' },
    cookies,
  };
}

serveLines(start);
