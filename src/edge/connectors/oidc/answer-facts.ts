// Everything that the checks of an answer look at; gathered before, so that the lists are pure.
import type { EpochMs } from '../../../base/clock.ts';
import type { CompactJws, JsonObject, JwsVerification, JwtClaims } from '../../../base/jose/index.ts';
import type { ProviderPreset, Upstream } from '../../../core/catalogue/index.ts';
import type { SubjectKey } from '../../../core/directory/index.ts';
import type { Memo } from '../../../core/journey/index.ts';
import type { Assurance } from '../../../wire/codes/index.ts';
import { assuranceLevels } from '../../../wire/codes/index.ts';
import type { UpstreamProvider } from './ports.ts';
import type { ProviderMetadata } from './provider-metadata.ts';

/** What is remembered between going and coming back. */
export interface LoginMemo {
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly required: Assurance;
  readonly fresh: boolean;
  readonly maxAgeSeconds?: number | undefined;
  readonly begunAt: EpochMs;
}

export interface ResponseFacts {
  readonly provider: UpstreamProvider;
  readonly metadata: ProviderMetadata;
  readonly memo: LoginMemo;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface TokenFacts extends Omit<ResponseFacts, 'parameters'> {
  readonly preset: ProviderPreset & { readonly methodLevels: Upstream['methodLevels'] };
  readonly jws: CompactJws;
  readonly verified: JwsVerification;
  readonly claims: JwtClaims;
  readonly accessToken: string;
  /** What the UserInfo endpoint said, where it was asked. */
  readonly userinfo?: JsonObject | undefined;
  /** Who the claims name, in namespaces that this provider may assert; best first. */
  readonly subjects: readonly SubjectKey[];
  readonly level: Assurance;
  readonly now: EpochMs;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** The memo as it was written; undefined for anything else (an older program's, or another connector's). */
export function readMemo(memo: Memo): LoginMemo | undefined {
  const { issuer, state, nonce, verifier, redirectUri, required, fresh, maxAgeSeconds, begunAt } = memo;
  const texts = [issuer, state, nonce, verifier, redirectUri].every(isText);
  const level = assuranceLevels.find((one) => one === required);
  const age = maxAgeSeconds === undefined || typeof maxAgeSeconds === 'number';
  if (!texts || level === undefined || typeof fresh !== 'boolean' || !age || typeof begunAt !== 'number')
    return undefined;
  return memo as unknown as LoginMemo;
}
