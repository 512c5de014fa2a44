// Discovery documents and keys of upstream providers: cached, refreshed at half life, kept through a disturbance.
import { LRUCache } from 'lru-cache';
import { type Clock, type EpochMs, hourMs } from '../../../base/clock.ts';
import { type JsonObject, parseJsonObject, parseJwks, type VerifyKey } from '../../../base/jose/index.ts';
import type { Upstream } from '../../../core/catalogue/index.ts';
import { UpstreamFailure } from './failure.ts';
import type { Outgoing } from './ports.ts';

/** What we use of a provider's metadata (OIDC Discovery 1.0 section 3, RFC 8414). */
export interface ProviderMetadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly pushed_authorization_request_endpoint?: string;
  readonly userinfo_endpoint?: string;
  readonly end_session_endpoint?: string;
  readonly authorization_response_iss_parameter_supported?: boolean;
  readonly dpop_signing_alg_values_supported?: string[];
}

export interface ProviderFacts {
  readonly metadata: ProviderMetadata;
  readonly keys: readonly VerifyKey[];
}

export interface MetadataReader {
  /**
   * The provider's metadata and keys. A `keyId` that is not among them has the keys fetched again, at most once a minute.
   * `use` says for what: anybody may send a logout token, so that one has a minute of its own, takes none from
   * logins, and never asks a provider that did not answer within the last minute.
   */
  of(upstream: Upstream, keyId?: string, use?: MetadataUse): Promise<ProviderFacts>;
}

export type MetadataUse = 'login' | 'logout';

interface Held extends ProviderFacts {
  readonly readAt: EpochMs;
  /** When the keys were fetched last, and when that was tried last, for whose sake. */
  readonly keysAt: Readonly<Record<MetadataUse, EpochMs>>;
}

/** A document is used this long; from half of it on it is read again beside. */
export const lifeMs = hourMs;
/** While a provider does not answer, what it said last counts this long. */
export const staleMs = 24 * hourMs;
/** A key id that is not known is looked for at most this often. */
export const keyAgainMs = 60_000;

export function createMetadataReader(ports: { readonly send: Outgoing; readonly clock: Clock }): MetadataReader {
  const held = new LRUCache<string, Held>({ max: 500 });
  const running = new Map<string, Promise<Held>>();
  const failedAt = new LRUCache<string, EpochMs>({ max: 500 });
  const keyOf = ({ issuer, privateNetwork }: Upstream) => `${privateNetwork} ${issuer}`;

  /** One at a time for each provider; the answer of a read that fails is the last good one while that still counts. */
  const once = (key: string, read: () => Promise<Held>): Promise<Held> => {
    const under = running.get(key);
    if (under !== undefined) return under;
    const reading = read()
      .then((fresh) => {
        held.set(key, fresh);
        return fresh;
      })
      .catch((failure: unknown) => {
        failedAt.set(key, ports.clock());
        throw failure;
      })
      .finally(() => running.delete(key));
    running.set(key, reading);
    return reading;
  };

  const readAll = async (upstream: Upstream): Promise<Held> => {
    const metadata = checkedMetadata(await fetchJson(ports.send, discoveryUrl(upstream.issuer), upstream), upstream);
    const keys = await fetchKeys(ports.send, metadata.jwks_uri, upstream);
    const now = ports.clock();
    return { metadata, keys, readAt: now, keysAt: { login: now, logout: now } };
  };

  async function current(upstream: Upstream, use: MetadataUse): Promise<Held> {
    const key = keyOf(upstream);
    const known = held.get(key);
    const age = known === undefined ? Number.POSITIVE_INFINITY : ports.clock() - known.readAt;
    if (known !== undefined && age < lifeMs / 2) return known;
    if (use === 'logout' && ports.clock() - (failedAt.get(key) ?? Number.NEGATIVE_INFINITY) < keyAgainMs) {
      if (known !== undefined && age < staleMs) return known;
      throw new UpstreamFailure('unavailable', 'it did not answer a moment ago');
    }
    const reading = once(key, () => readAll(upstream));
    if (known === undefined || age >= staleMs) return await reading;
    if (age >= lifeMs) return await reading.catch(() => known);
    // Past half its life it is read again beside; who asks now does not wait.
    reading.catch(() => undefined);
    return known;
  }

  return {
    async of(upstream, keyId, use = 'login') {
      const now = await current(upstream, use);
      const missing = keyId !== undefined && now.keys.every(({ kid }) => kid !== keyId);
      if (!missing || ports.clock() - now.keysAt[use] < keyAgainMs) return now;
      const key = keyOf(upstream);
      const keysAt = { ...now.keysAt, [use]: ports.clock() };
      held.set(key, { ...now, keysAt });
      const again = async (): Promise<Held> => ({
        ...now,
        keys: await fetchKeys(ports.send, now.metadata.jwks_uri, upstream),
        keysAt,
      });
      return await once(key, again).catch(() => now);
    },
  };
}

/** OIDC Discovery 4: the path is added to the issuer, whose own path stays. */
const discoveryUrl = (issuer: string): string => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

async function fetchBody(send: Outgoing, url: string, { privateNetwork }: Upstream): Promise<Buffer> {
  const answer = await send(url, { method: 'GET', headers: { accept: 'application/json' }, privateNetwork }).catch(
    (thrown: unknown) => {
      throw new UpstreamFailure('unavailable', `no answer: ${thrown instanceof Error ? thrown.message : 'unknown'}`);
    },
  );
  if (answer.status !== 200) throw new UpstreamFailure('unavailable', `metadata answered ${answer.status}`);
  return answer.body;
}

async function fetchJson(send: Outgoing, url: string, upstream: Upstream): Promise<JsonObject> {
  const parsed = parseJsonObject(await fetchBody(send, url, upstream));
  if (!parsed.ok) throw new UpstreamFailure('unavailable', 'the discovery document is no JSON object');
  return parsed.value;
}

async function fetchKeys(send: Outgoing, url: string, upstream: Upstream): Promise<readonly VerifyKey[]> {
  const set = parseJwks(await fetchBody(send, url, upstream));
  if (!set.ok) throw new UpstreamFailure('unavailable', `the key set cannot be read: ${set.reason}`);
  return set.keys;
}

const needed = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;
const possible = ['pushed_authorization_request_endpoint', 'userinfo_endpoint', 'end_session_endpoint'] as const;

/** OIDC Discovery 4.3: the issuer is exactly the one that was asked; every endpoint is an address that may be asked. */
function checkedMetadata(document: JsonObject, upstream: Upstream): ProviderMetadata {
  if (document.issuer !== upstream.issuer) throw new UpstreamFailure('invalid', 'discovery: another issuer');
  const endpoint = (name: string): string | undefined => {
    const value = document[name];
    if (value === undefined) return undefined;
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
    const plain = url?.protocol === 'http:' && upstream.privateNetwork;
    if (url === undefined || url.hash || url.username || !(url.protocol === 'https:' || plain))
      throw new UpstreamFailure('invalid', `discovery: ${name} is no address to ask`);
    return String(value);
  };
  const [authorization, token, jwks] = needed.map((name) => {
    const url = endpoint(name);
    if (url === undefined) throw new UpstreamFailure('invalid', `discovery: no ${name}`);
    return url;
  });
  const dpop = document.dpop_signing_alg_values_supported;
  const found = Object.fromEntries(
    possible.flatMap((name) => {
      const url = endpoint(name);
      return url === undefined ? [] : [[name, url]];
    }),
  );
  return {
    issuer: upstream.issuer,
    authorization_endpoint: authorization ?? '',
    token_endpoint: token ?? '',
    jwks_uri: jwks ?? '',
    ...found,
    authorization_response_iss_parameter_supported: document.authorization_response_iss_parameter_supported === true,
    dpop_signing_alg_values_supported: Array.isArray(dpop) ? dpop.filter((alg) => typeof alg === 'string') : [],
  };
}
