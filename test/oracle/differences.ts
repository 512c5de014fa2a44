// Where we and oidc-provider part, and the clause that makes ours right. Each line must still differ, or the test fails.
import type { Verdict } from './case.ts';

export interface Difference {
  /** Name of the case. */
  readonly of: string;
  readonly ours: Verdict;
  readonly clause: string;
  readonly because: string;
}

const stricter = (of: string, clause: string, because: string): Difference => ({
  of,
  ours: 'refused',
  clause,
  because,
});
const wider = (of: string, clause: string, because: string): Difference => ({ of, ours: 'accepted', clause, because });

export const differences: readonly Difference[] = [
  stricter(
    'assertion: typ dpop+jwt',
    'RFC 8725 3.11 and 3.12',
    'a token of another kind is not taken for an assertion',
  ),
  stricter('assertion: typ at+jwt', 'RFC 8725 3.11 and 3.12', 'a token of another kind is not taken for an assertion'),
  stricter('assertion: typ a number', 'RFC 7515 4.1.9', 'typ is a text'),
  stricter('assertion: kid a number', 'RFC 7515 4.1.4', 'kid is a text'),
  stricter('assertion: crit and b64 false', 'RFC 7797 7', 'a JWT must not use b64 false'),
  stricter(
    'assertion: exp 5 s ago',
    'RFC 7523 3 item 4',
    'leeway is for clocks that are ahead (iat, nbf); an assertion of 60 s needs none at its end',
  ),
  stricter(
    'assertion: exp an hour ahead',
    'RFC 7523 3 item 4',
    'an exp unreasonably far ahead may be refused; 60 s is our limit, which bounds what must be remembered',
  ),
  stricter(
    'assertion: exp beyond all numbers',
    'RFC 7523 3 item 4; RFC 7519 2 (NumericDate)',
    'not an instant that any clock reaches',
  ),
  stricter('assertion: iat 90 s ahead', 'FAPI 2.0 SP 5.3.2.1 clause 13', 'more than 60 s ahead must be refused'),
  stricter(
    'assertion: claims with a member twice',
    'RFC 7519 4',
    'duplicate claim names may be refused, and two readers must never see two audiences',
  ),
  stricter('assertion signature: padded base64', 'RFC 7515 2', 'base64url in a JWS has no padding'),
  stricter('assertion signature: a space at the end', 'RFC 7515 2 and 7.1', 'a compact JWS holds no white space'),
  wider(
    'assertion replay: the same jti in a new assertion of another end',
    'RFC 7523 3 item 7',
    'a replay is of one assertion; who can sign a new one needs no old identifier, and what is remembered is kept by its end',
  ),
  wider(
    'assertion replay: in a request that was refused for another fault, then in a right one',
    'RFC 7523 3 item 7',
    'single use means that one request is granted; a refused one grants nothing, and its assertion ends within the minute',
  ),
  stricter(
    'client: the secret in the body where Basic is registered',
    'OIDC Core 9; OIDC Registration 2 (token_endpoint_auth_method)',
    'the registered way alone is taken',
  ),
  stricter('machine scope: of another API', 'RFC 6749 3.3 and 5.2', 'a wrong scope is said, not left out in silence'),
  stricter('machine scope: of nobody', 'RFC 6749 3.3 and 5.2', 'a wrong scope is said, not left out in silence'),
  stricter(
    'machine scope: openid',
    'RFC 6749 3.3 and 4.4; OIDC Core 3.1.2.1',
    'openid asks for a login, and a machine has none',
  ),
  wider(
    'proof: htu with escapes',
    'RFC 9449 4.3 step 9; RFC 3986 6.2.2.2',
    'an escaped letter is the same URI after syntax-based normalisation',
  ),
  stricter('proof: htu with backslashes', 'RFC 3986 2 and 3', 'not a URI; its parser repairs it'),
  stricter('proof: htu with a tab in it', 'RFC 3986 2 and 3', 'not a URI; its parser repairs it'),
  stricter(
    'proof: iat an hour ahead',
    'RFC 9449 4.3 step 11 and 11.1',
    'a nonce does not free the proof from its window, which bounds what must be remembered',
  ),
  stricter(
    'proof: iat an hour ago',
    'RFC 9449 4.3 step 11 and 11.1',
    'a nonce does not free the proof from its window, which bounds what must be remembered',
  ),
  wider(
    'proof replay: the same jti in a new proof of another instant',
    'RFC 9449 11.1',
    'a replay is of one proof; who can sign a new one needs no old identifier, and what is remembered is kept by its end',
  ),
  wider(
    'proof replay: the same jti of another key',
    'RFC 9449 4.2 and 11.1',
    'a replay is of one proof; by key, nobody can use up the identifiers of others',
  ),
  stricter('pkce: challenge too long', 'RFC 7636 4.2', 'an S256 challenge has 43 characters'),
  stricter(
    'request: response_mode fragment',
    'OAuth 2.0 Multiple Response Types 2.1; RFC 8414 2 (response_modes_supported)',
    'not a mode that we publish',
  ),
  stricter('request: scope of nobody', 'RFC 6749 3.3 and 4.1.2.1', 'a wrong scope is said, not left out in silence'),
  wider('request: claims of nowhere', 'OIDC Core 5.5', 'members that are not understood must be ignored'),
  stricter('request: claims with essential no boolean', 'OIDC Core 5.5.1', 'essential is a boolean'),
  stricter(
    'request: dpop_jkt nonsense',
    'RFC 9449 10',
    'a SHA-256 thumbprint has 43 characters; said before the login rather than after it',
  ),
  stricter('request object: a second time', 'RFC 7519 4.1.7', 'a request object that has a jti counts once'),
  stricter(
    'refresh: proof of another key',
    'RFC 9700 2.2.2; requirement N1',
    'a refresh token is bound to the key as well as to the client',
  ),
  wider(
    'refresh: basic: the one before the newest, at once',
    'FAPI 2.0 SP 5.3.2.1 clause 9 (a client must be able to retry); requirement N1',
    'for 60 s the same client may repeat, since an answer may be lost on its way; later reuse revokes the grant',
  ),
  stricter('twice: an unknown parameter', 'RFC 6749 3.2', 'no parameter may be there more than once'),
  stricter(
    'form: __proto__ as a parameter',
    'CWE-1321',
    'names that JavaScript gives a meaning are no parameter of any protocol',
  ),
  stricter('form: a percent sign alone', 'RFC 6749 appendix B', 'not application/x-www-form-urlencoded'),
  stricter('form: bytes that are no UTF-8', 'RFC 6749 appendix B', 'parameters are UTF-8'),
  wider(
    'userinfo: a token for an API',
    'OIDC Core 5.3.1',
    'the access token of the login itself is what userinfo takes, also when it is for an API besides; it must have openid',
  ),
  wider(
    'introspection says active: of a signed access token',
    'RFC 7662 2.1',
    'the form of a token is no matter of the resource server that asks; signed ones can be revoked here',
  ),
  wider('revocation: of a signed access token', 'RFC 7009 2.1', 'access tokens can be revoked, whatever their form'),
];
