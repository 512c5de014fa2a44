// Where the authority's files, database and listeners are: the environment, read once.
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { Problem } from '../../base/problem.ts';

export interface AuthoritySettings {
  /** Holds `authority.yaml`, certificates, `keys` and `audit`. */
  readonly folder: string;
  readonly databaseUrl: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly publishListen: { readonly host: string; readonly port: number };
  /** Absent = no EST here, whatever `authority.yaml` says. */
  readonly estListen: { readonly host: string; readonly port: number } | undefined;
  readonly tls: { readonly certificate: string; readonly key: string };
  readonly passphraseFile: string | undefined;
  readonly pinFile: string | undefined;
  readonly logLevel: string;
}

export const authoritySettingTexts: Readonly<Record<string, string>> = {
  TILLIT_AUTHORITY_DATA: 'folder of the authority (./authority)',
  TILLIT_AUTHORITY_DATABASE_URL: 'postgres://… of its own database, as its own role (must be given)',
  TILLIT_AUTHORITY_LISTEN: 'address and port of the issue API (127.0.0.1:8446)',
  TILLIT_AUTHORITY_PUBLISH_LISTEN: 'address and port of lists, certificates and status, plain HTTP (127.0.0.1:8080)',
  TILLIT_AUTHORITY_EST_LISTEN:
    'address and port of EST, when authority.yaml lets systems ask; off = not on this machine (127.0.0.1:8447)',
  TILLIT_AUTHORITY_TLS_CERT: 'PEM file with the certificate chain of the issue API and EST (tls.pem in the folder)',
  TILLIT_AUTHORITY_TLS_KEY: 'PEM file with its private key (tls.key in the folder)',
  TILLIT_AUTHORITY_PASSPHRASE_FILE:
    'file with the passphrase of the issuing authorities’ keys (asked for at the terminal)',
  TILLIT_AUTHORITY_PIN_FILE: 'file with the PIN of the token that their keys lie in (asked for at the terminal)',
  TILLIT_AUTHORITY_LOG: 'debug, info, warn, error or silent (info)',
};

const wrong = (name: string, why: string): Problem =>
  new Problem({ kind: 'invalid', code: 'settings', detail: `${name}: ${why}` });

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder alone: what ceremonies need. */
export const authorityFolder = (env: Environment, cwd: string): string =>
  resolve(cwd, env['TILLIT_AUTHORITY_DATA'] || 'authority');

/** Reads the environment. Throws a Problem that names the setting and what it wants. */
export function readAuthoritySettings(env: Environment, cwd: string): AuthoritySettings {
  const stray = Object.keys(env).find(
    (name) => name.startsWith('TILLIT_AUTHORITY_') && !(name in authoritySettingTexts),
  );
  if (stray !== undefined)
    throw wrong(stray, `there is no such setting; there are ${Object.keys(authoritySettingTexts).join(', ')}`);
  const folder = authorityFolder(env, cwd);
  const databaseUrl = env['TILLIT_AUTHORITY_DATABASE_URL'] ?? '';
  if (!/^postgres(ql)?:\/\//.test(databaseUrl))
    throw wrong('TILLIT_AUTHORITY_DATABASE_URL', 'must start with postgres://');
  const file = (name: string, standard: string) => resolve(cwd, env[name] || resolve(folder, standard));
  return {
    folder,
    databaseUrl,
    listen: address(env, 'TILLIT_AUTHORITY_LISTEN', 8446),
    publishListen: address(env, 'TILLIT_AUTHORITY_PUBLISH_LISTEN', 8080),
    estListen:
      env['TILLIT_AUTHORITY_EST_LISTEN'] === 'off' ? undefined : address(env, 'TILLIT_AUTHORITY_EST_LISTEN', 8447),
    tls: {
      certificate: file('TILLIT_AUTHORITY_TLS_CERT', 'tls.pem'),
      key: file('TILLIT_AUTHORITY_TLS_KEY', 'tls.key'),
    },
    passphraseFile: env['TILLIT_AUTHORITY_PASSPHRASE_FILE'] || undefined,
    pinFile: env['TILLIT_AUTHORITY_PIN_FILE'] || undefined,
    logLevel: env['TILLIT_AUTHORITY_LOG'] || 'info',
  };
}

function address(env: Environment, name: string, standardPort: number) {
  const text = env[name];
  if (!text) return { host: '127.0.0.1', port: standardPort };
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  if (!match || port > 65_535 || !(isIP(host) || host === 'localhost'))
    throw wrong(name, 'must be ADDRESS:PORT, for example 0.0.0.0:8080');
  return { host, port };
}
