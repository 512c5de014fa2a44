// The connector: begin makes the request, reply judges the answer and makes evidence of it. It knows no applications.
import { createHash } from 'node:crypto';
import { newId, newToken } from '../../../base/ids.ts';
import {
  allAlgorithms,
  type CompactJws,
  type JsonObject,
  parseCompactJws,
  readClaims,
  verifyJws,
} from '../../../base/jose/index.ts';
import { Problem } from '../../../base/problem.ts';
import { type Provider, presetOf } from '../../../core/catalogue/index.ts';
import type { ConnectorAnswer, RedirectConnector, Refused, Reply, Wish } from '../../../core/journey/index.ts';
import type { Evidence } from '../../../core/linking/index.ts';
import { lowerOf } from '../../../wire/codes/index.ts';
import { type LoginMemo, type ResponseFacts, readMemo, type TokenFacts } from './answer-facts.ts';
import { type AnswerCheck, type AnswerChecks, answerChecks, firstFailed } from './checks.ts';
import {
  displayNameOf,
  levelNameOf,
  levelOf,
  longestSession,
  methodsOf,
  provenAt,
  subjectsOf,
} from './claims-reading.ts';
import { createExchange, type Tokens } from './exchange.ts';
import { errorWord, UpstreamFailure } from './failure.ts';
import type { OidcConnectorPorts, UpstreamProvider } from './ports.ts';
import { createMetadataReader, type MetadataReader, type ProviderMetadata } from './provider-metadata.ts';

/** Calls to one provider that may be under way at once: a slow provider must not take the hub with it. */
const mostAtOnce = 100;

const refusal = (failed: AnswerCheck<never>, more: Readonly<Record<string, unknown>> = {}): Refused => ({
  kind: 'refused',
  reason: failed.reason ?? 'upstream.invalid',
  detail: { check: failed.name, clause: failed.clause, ...more },
});

/** `checks` and `reader` are arguments so that a test can drop a check or look at the cache. */
export function oidcConnector(
  ports: OidcConnectorPorts,
  checks: AnswerChecks = answerChecks,
  reader: MetadataReader = createMetadataReader(ports),
): RedirectConnector {
  const exchange = createExchange(ports);
  const under = new Map<string, number>();

  /** Runs the work; what the provider does wrong becomes a refusal. */
  async function guarded<T>(provider: UpstreamProvider, work: () => Promise<T>): Promise<T | Refused> {
    const now = under.get(provider.id) ?? 0;
    if (now >= mostAtOnce) return failed(new UpstreamFailure('unavailable', 'too many requests under way'));
    under.set(provider.id, now + 1);
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof UpstreamFailure) return failed(thrown);
      throw thrown;
    } finally {
      under.set(provider.id, (under.get(provider.id) ?? 1) - 1);
    }
  }

  async function depart(provider: UpstreamProvider, wish: Wish, now: number) {
    const { upstream } = provider;
    const preset = presetOf(upstream);
    const { metadata } = await reader.of(upstream);
    const memo: LoginMemo = {
      issuer: upstream.issuer,
      state: wish.state,
      nonce: newToken(32, ports.random),
      verifier: newToken(32, ports.random),
      redirectUri: ports.callbackUrl(provider.id),
      required: wish.required,
      fresh: wish.fresh,
      maxAgeSeconds: wish.maxAgeSeconds,
      begunAt: now,
    };
    const parameters = requestOf(provider, wish, memo);
    const url = new URL(metadata.authorization_endpoint);
    const pushed = metadata.pushed_authorization_request_endpoint !== undefined;
    if (!pushed && preset.pushed === 'needed') throw new UpstreamFailure('invalid', 'it takes no pushed requests');
    const sent = pushed
      ? new URLSearchParams({ request_uri: await exchange.push(provider, metadata, parameters) })
      : parameters;
    url.searchParams.set('client_id', upstream.clientId);
    for (const [name, value] of sent) url.searchParams.set(name, value);
    return { kind: 'redirect', url: url.href, memo: { ...memo } } as const;
  }

  async function judge(provider: UpstreamProvider, reply: Extract<Reply, { kind: 'redirect' }>, now: number) {
    const memo = readMemo(reply.memo);
    if (memo === undefined) throw new UpstreamFailure('invalid', 'no memo of ours');
    const { metadata } = await reader.of(provider.upstream);
    const response: ResponseFacts = { provider, metadata, memo, parameters: reply.parameters };
    const first = firstFailed(checks.response, response);
    if (first !== undefined) {
      const { error } = reply.parameters;
      return refusal(first, error === undefined ? {} : { error: errorWord(error) });
    }
    const { verifier, redirectUri } = memo;
    const tokens = await exchange.redeem(provider, metadata, {
      code: reply.parameters.code ?? '',
      verifier,
      redirectUri,
    });
    const facts = await tokenFacts(provider, metadata, memo, tokens, now);
    const second = firstFailed(checks.token, facts);
    if (second !== undefined) return refusal(second, { level: facts.level, methods: methodsOf(facts.claims.all) });
    return { kind: 'proven', evidence: evidenceOf(facts, tokens) } as const;
  }

  async function tokenFacts(
    provider: UpstreamProvider,
    metadata: ProviderMetadata,
    memo: LoginMemo,
    tokens: Tokens,
    now: number,
  ): Promise<TokenFacts> {
    const { jws, claims } = readToken(tokens.idToken);
    const preset = presetOf(provider.upstream);
    const { keys } = await reader.of(provider.upstream, jws.header.kid);
    const verified = verifyJws(jws, keys, { algorithms: allAlgorithms });
    const signed = subjectsOf(provider, preset, claims.all, undefined);
    const asks = preset.userinfo && metadata.userinfo_endpoint !== undefined && signed.length === 0 && verified.ok;
    const userinfo: JsonObject | undefined = asks ? await exchange.userinfo(provider, metadata, tokens) : undefined;
    return {
      provider,
      metadata,
      memo,
      preset,
      jws,
      verified,
      claims,
      accessToken: tokens.accessToken,
      userinfo,
      subjects: userinfo === undefined ? signed : subjectsOf(provider, preset, claims.all, userinfo),
      level: lowerOf(levelOf(claims.all, preset), provider.maximumAssurance),
      now,
    };
  }

  function evidenceOf(facts: TokenFacts, tokens: Tokens): Evidence {
    const { provider, claims, preset, subjects, memo, level, now } = facts;
    const [subject, ...alternates] = subjects;
    if (subject === undefined) throw new Problem({ kind: 'internal', code: 'internal', detail: 'evidence of nobody' });
    const { sid } = claims.all;
    return {
      id: newId(now, ports.random),
      connector: 'oidc',
      provider: provider.id,
      subject,
      alternates,
      methods: methodsOf(claims.all),
      assurance: level,
      levelName: levelNameOf(claims.all, preset),
      provenAt: provenAt(claims, memo, now),
      displayName: displayNameOf(claims.all),
      upstream: {
        issuer: provider.upstream.issuer,
        subject: claims.sub ?? '',
        ...(typeof sid === 'string' && sid.length <= longestSession ? { session: sid } : {}),
        ...(claims.iat === undefined ? {} : { issuedAt: claims.iat * 1000 }),
        askedAt: memo.begunAt,
        ...(provider.upstream.passLogout ? { idToken: tokens.idToken } : {}),
      },
    };
  }

  return {
    kind: 'oidc',
    leaves: true,
    begin: async (provider, wish, now) => {
      const known = withUpstream(provider);
      return await guarded(known, () => depart(known, wish, now));
    },
    reply: async (provider, reply, now): Promise<ConnectorAnswer> => {
      if (reply.kind !== 'redirect') return { kind: 'refused', reason: 'upstream.invalid', detail: { cause: 'kind' } };
      const known = withUpstream(provider);
      return await guarded(known, () => judge(known, reply, now));
    },
  };
}

const failed = ({ kind, message }: UpstreamFailure): Refused => ({
  kind: 'refused',
  reason: kind === 'unavailable' ? 'upstream.unavailable' : 'upstream.invalid',
  detail: { cause: message },
});

function withUpstream(provider: Provider): UpstreamProvider {
  const { upstream } = provider;
  if (upstream === undefined)
    throw new Problem({ kind: 'internal', code: 'internal', detail: `${provider.id} has no upstream` });
  return { ...provider, upstream };
}

/** The request (OIDC Core 3.1.2.1) with PKCE S256 (RFC 7636); the level is asked for by the provider's own name. */
function requestOf({ upstream }: UpstreamProvider, wish: Wish, memo: LoginMemo): URLSearchParams {
  const preset = presetOf(upstream);
  const methods = (wish.methods ?? []).map((name) =>
    Object.hasOwn(preset.methods, name) ? preset.methods[name] : null,
  );
  const asked = [preset.asked[wish.required], ...methods].filter((each) => each !== undefined && each !== null);
  return new URLSearchParams({
    response_type: 'code',
    redirect_uri: memo.redirectUri,
    scope: preset.scopes.join(' '),
    state: memo.state,
    nonce: memo.nonce,
    code_challenge: createHash('sha256').update(memo.verifier, 'ascii').digest('base64url'),
    code_challenge_method: 'S256',
    ...(upstream.responseMode === 'form_post' ? { response_mode: 'form_post' } : {}),
    ...(asked.length === 0 ? {} : { acr_values: asked.join(' ') }),
    ...(wish.fresh ? { prompt: 'login' } : {}),
    ...(wish.maxAgeSeconds === undefined ? {} : { max_age: String(wish.maxAgeSeconds) }),
    ...(preset.hint && wish.hint !== undefined ? { login_hint: wish.hint } : {}),
    ...(preset.onBehalfOf === undefined || wish.onBehalfOf === undefined
      ? {}
      : { [preset.onBehalfOf]: wish.onBehalfOf }),
    ...(wish.locale === undefined ? {} : { ui_locales: wish.locale }),
  });
}

function readToken(text: string): { readonly jws: CompactJws; readonly claims: TokenFacts['claims'] } {
  const parsed = parseCompactJws(text);
  if (!parsed.ok) throw new UpstreamFailure('invalid', `the ID token is no JWS: ${parsed.reason}`);
  const reading = readClaims(parsed.jws.payload);
  if (!reading.ok) throw new UpstreamFailure('invalid', `the ID token's claims cannot be read: ${reading.reason}`);
  return { jws: parsed.jws, claims: reading.claims };
}
