// A dozen boot settings from the environment, validated once and frozen. Everything else lives in the database.
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { Problem } from '../../base/problem.ts';

/** Where a listener listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface BootSettings {
  readonly dataFolder: string;
  /** `postgres://…`; absent = the embedded server in the data folder. */
  readonly databaseUrl: string | undefined;
  /** Public address of the hub, without a trailing slash. */
  readonly hubUrl: string;
  readonly hubListen: ListenAddress;
  /** Public address of card logins; each login puts a fresh label before its host name. */
  readonly cardUrl: string;
  readonly cardListen: ListenAddress;
  /** PEM files; absent = certificates of the instance's own test CA. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  readonly cardTls: { readonly certificate: string; readonly key: string } | undefined;
  /** Plain HTTP behind a reverse proxy on the same machine; only with a loopback listen address. */
  readonly plainHttp: boolean;
  readonly demo: boolean;
  readonly ehrUrl: string;
  readonly coreRecordUrl: string;
  /** The demo's application that speaks SAML; it is there when the municipality is. */
  readonly cosmicLinkUrl: string;
  /** The demo's municipality, a second hub that logs its own people in; absent = none. */
  readonly municipalityUrl: string | undefined;
  readonly crlUrl: string;
  /** Issue API of the demo's certificate authority; absent = none, and its cards come from the test CA. */
  readonly caUrl: string | undefined;
  /** Where that authority serves EST to systems; absent = it does not. */
  readonly estUrl: string | undefined;
  /** The hospital's own certificate authority, that signs for cards made here; absent = none. */
  readonly authority:
    | { readonly url: string; readonly certificate: string; readonly key: string; readonly issuers: readonly string[] }
    | undefined;
  /** Where that authority publishes its lists, plain HTTP. */
  readonly pkiUrl: string;
  /** Where the demo makes test tokens for developers of APIs: an issuer of its own. */
  readonly testTokensUrl: string;
  /** RFC 5424 feed of sealed events, for example `tls://siem.example:6514`; absent = off. */
  readonly auditFeed: string | undefined;
  /** A service that answers for the registers of organisations and health personnel; absent = files in the data folder. */
  readonly registersUrl: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** The settings' names and what they mean: what `npx tillit start --help` prints and the docs are checked against. */
export const settingTexts: Readonly<Record<string, string>> = {
  TILLIT_DATA: 'data folder (./var)',
  TILLIT_DATABASE_URL: 'postgres://… of an outside PostgreSQL 15 or newer (off: the embedded server)',
  TILLIT_HUB_URL: 'public address of the hub (https://localhost:8443)',
  TILLIT_HUB_LISTEN: 'address and port that the hub listens on (127.0.0.1 and the port of TILLIT_HUB_URL)',
  TILLIT_CARD_URL: 'public address of card logins (https://card.localhost:8444)',
  TILLIT_CARD_LISTEN: 'address and port of the card listener (127.0.0.1 and the port of TILLIT_CARD_URL)',
  TILLIT_TLS_CERT: 'PEM file with the certificate chain of the hub (the instance’s own test CA)',
  TILLIT_TLS_KEY: 'PEM file with its private key',
  TILLIT_CARD_TLS_CERT: 'PEM file with the wildcard certificate of the card listener (the instance’s own test CA)',
  TILLIT_CARD_TLS_KEY: 'PEM file with its private key',
  TILLIT_PLAIN_HTTP: '1 = no TLS on the hub’s listener, behind a reverse proxy on this machine (0)',
  TILLIT_DEMO: '1 = the demo organisation and applications, 0 = none (1 with the embedded database, else 0)',
  TILLIT_EHR_URL: 'address of the demo EHR (https://localhost:8451)',
  TILLIT_CORE_RECORD_URL: 'address of the demo core record (https://localhost:8452)',
  TILLIT_COSMIC_LINK_URL: 'address of the demo’s SAML application (https://localhost:8453)',
  TILLIT_MUNICIPALITY_URL:
    'address of the demo’s municipality, a second hub; off = neither it nor the SAML application (https://localhost:8454)',
  TILLIT_TEST_TOKENS_URL: 'address of the demo’s test-token service (https://localhost:8455)',
  TILLIT_CRL_URL: 'address that the demo’s test CA publishes its CRLs at (http://localhost:8081)',
  TILLIT_CA_URL:
    'address of the issue API of the demo’s certificate authority, with the embedded database; off = none (https://localhost:8446)',
  TILLIT_EST_URL:
    'address of EST, by which systems fetch their certificates from it; off = none (https://localhost:8447)',
  TILLIT_AUTHORITY_URL: 'https address of the issue API of the own certificate authority (off; the demo has its own)',
  TILLIT_AUTHORITY_CERT: 'certificate that it is shown, a PEM file (–)',
  TILLIT_AUTHORITY_KEY: 'its key, a PEM file (–)',
  TILLIT_AUTHORITY_ISSUERS: 'names of its issuing authorities for cards, with commas between (staff)',
  TILLIT_PKI_URL: 'address that this authority publishes lists and status at (http://localhost:8080)',
  TILLIT_AUDIT_FEED: 'tcp://, tls:// or udp:// address that sealed audit events go to as RFC 5424 (off)',
  TILLIT_REGISTERS_URL:
    'https address of a service for the registers of organisations and health personnel (off: files in the data folder)',
  TILLIT_LOG: 'debug, info, warn, error or silent (info)',
};

const wrong = (name: string, why: string): Problem =>
  new Problem({ kind: 'invalid', code: 'settings', detail: `${name}: ${why}`, public: { name, why } });

/** Reads and checks the environment. Throws a Problem that names the setting and what it wants. */
export function readSettings(env: Readonly<Record<string, string | undefined>>, cwd: string): BootSettings {
  for (const name of Object.keys(env)) {
    if (name.startsWith('TILLIT_') && !(name in settingTexts)) {
      throw wrong(name, `there is no such setting; there are ${Object.keys(settingTexts).join(', ')}`);
    }
  }
  const databaseUrl = env['TILLIT_DATABASE_URL'] || undefined;
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw wrong('TILLIT_DATABASE_URL', 'must start with postgres://');
  // pg lets the host be left out, for a socket's folder in `?host=`. Neither message repeats the address: it may hold a password.
  if (databaseUrl && !URL.canParse(databaseUrl.replace('@/', '@host/')))
    throw wrong(
      'TILLIT_DATABASE_URL',
      'is no address such as postgres://user:password@host:5432/database; in a password write / as %2F, @ as %40 and % as %25',
    );
  const hubUrl = httpsUrl(env, 'TILLIT_HUB_URL', 'https://localhost:8443');
  const cardUrl = httpsUrl(env, 'TILLIT_CARD_URL', 'https://card.localhost:8444');
  const hubListen = listenAddress(env, 'TILLIT_HUB_LISTEN', hubUrl);
  const plainHttp = flag(env, 'TILLIT_PLAIN_HTTP') ?? false;
  if (plainHttp && !isLoopback(hubListen.host)) {
    throw wrong('TILLIT_PLAIN_HTTP', `plain HTTP is only allowed on a loopback address, not on ${hubListen.host}`);
  }
  return Object.freeze({
    dataFolder: resolve(cwd, env['TILLIT_DATA'] || 'var'),
    databaseUrl,
    hubUrl,
    hubListen,
    cardUrl,
    cardListen: listenAddress(env, 'TILLIT_CARD_LISTEN', cardUrl),
    tls: pair(env, 'TILLIT_TLS_CERT', 'TILLIT_TLS_KEY'),
    cardTls: pair(env, 'TILLIT_CARD_TLS_CERT', 'TILLIT_CARD_TLS_KEY'),
    plainHttp,
    demo: flag(env, 'TILLIT_DEMO') ?? databaseUrl === undefined,
    ehrUrl: httpsUrl(env, 'TILLIT_EHR_URL', 'https://localhost:8451'),
    coreRecordUrl: httpsUrl(env, 'TILLIT_CORE_RECORD_URL', 'https://localhost:8452'),
    cosmicLinkUrl: httpsUrl(env, 'TILLIT_COSMIC_LINK_URL', 'https://localhost:8453'),
    municipalityUrl:
      env['TILLIT_MUNICIPALITY_URL'] === 'off'
        ? undefined
        : httpsUrl(env, 'TILLIT_MUNICIPALITY_URL', 'https://localhost:8454'),
    testTokensUrl: httpsUrl(env, 'TILLIT_TEST_TOKENS_URL', 'https://localhost:8455'),
    crlUrl: httpUrl(env, 'TILLIT_CRL_URL', 'http://localhost:8081'),
    caUrl:
      env['TILLIT_CA_URL'] === 'off' || databaseUrl !== undefined
        ? undefined
        : httpsUrl(env, 'TILLIT_CA_URL', 'https://localhost:8446'),
    estUrl: env['TILLIT_EST_URL'] === 'off' ? undefined : httpsUrl(env, 'TILLIT_EST_URL', 'https://localhost:8447'),
    authority: authority(env),
    pkiUrl: httpUrl(env, 'TILLIT_PKI_URL', 'http://localhost:8080'),
    registersUrl: env['TILLIT_REGISTERS_URL'] ? httpsUrl(env, 'TILLIT_REGISTERS_URL', '') : undefined,
    auditFeed: feed(env['TILLIT_AUDIT_FEED']),
    logLevel: logLevel(env['TILLIT_LOG'] || 'info'),
  });
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

function httpsUrl(env: Readonly<Record<string, string | undefined>>, name: string, standard: string): string {
  const text = env[name] || standard;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.search || url.hash || url.username) {
    throw wrong(name, `must be an https address without query, for example ${standard}`);
  }
  return text.replace(/\/+$/, '');
}

function httpUrl(env: Readonly<Record<string, string | undefined>>, name: string, standard: string): string {
  const text = env[name] || standard;
  if (!URL.canParse(text) || new URL(text).protocol !== 'http:') throw wrong(name, 'must be an http address');
  return text.replace(/\/+$/, '');
}

function listenAddress(env: Readonly<Record<string, string | undefined>>, name: string, url: string): ListenAddress {
  const standardPort = Number(new URL(url).port || 443);
  const text = env[name];
  if (!text) return { host: '127.0.0.1', port: standardPort };
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  if (!match || port > 65_535 || !(isIP(host) || host === 'localhost')) {
    throw wrong(name, 'must be ADDRESS:PORT, for example 0.0.0.0:8443 or [::]:8443');
  }
  return { host, port };
}

function pair(env: Readonly<Record<string, string | undefined>>, certificate: string, key: string) {
  const [cert, secret] = [env[certificate], env[key]];
  if (!cert && !secret) return undefined;
  if (!cert || !secret) throw wrong(cert ? key : certificate, `${certificate} and ${key} go together`);
  return { certificate: resolve(cert), key: resolve(secret) };
}

function authority(env: Readonly<Record<string, string | undefined>>): BootSettings['authority'] {
  const shown = pair(env, 'TILLIT_AUTHORITY_CERT', 'TILLIT_AUTHORITY_KEY');
  if (!env['TILLIT_AUTHORITY_URL']) {
    if (shown !== undefined) throw wrong('TILLIT_AUTHORITY_URL', 'say where the authority is that is shown this');
    return undefined;
  }
  const url = httpsUrl(env, 'TILLIT_AUTHORITY_URL', 'https://ca.example:8446');
  if (shown === undefined) throw wrong('TILLIT_AUTHORITY_CERT', 'the authority knows callers by their certificates');
  const issuers = (env['TILLIT_AUTHORITY_ISSUERS'] || 'staff').split(',').map((name) => name.trim());
  if (!issuers.every((name) => /^[a-z][a-z0-9-]{0,31}$/.test(name)))
    throw wrong('TILLIT_AUTHORITY_ISSUERS', 'must be names such as staff,signature');
  return { url, ...shown, issuers };
}

function flag(env: Readonly<Record<string, string | undefined>>, name: string): boolean | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (text === '1' || text === 'true' || text === 'on') return true;
  if (text === '0' || text === 'false' || text === 'off') return false;
  throw wrong(name, 'must be 1 or 0');
}

function feed(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!/^(tcp|tls|udp):\/\/[^/]+:\d+$/.test(text))
    throw wrong('TILLIT_AUDIT_FEED', 'must be tcp://HOST:PORT, tls://HOST:PORT or udp://HOST:PORT');
  return text;
}

function logLevel(text: string): BootSettings['logLevel'] {
  const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
  const level = levels.find((each) => each === text);
  if (!level) throw wrong('TILLIT_LOG', `must be one of ${levels.join(', ')}`);
  return level;
}
