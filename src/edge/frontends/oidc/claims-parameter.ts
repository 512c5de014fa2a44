// The `claims` parameter (OIDC Core 5.5): which claims are asked for, which level is essential, whose login it must be.
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from '../../../base/jose/index.ts';
import { helseidClaimOf, helseidScopes } from '../../../core/catalogue/index.ts';

export interface ClaimsWish {
  readonly idToken: readonly string[];
  readonly userinfo: readonly string[];
  /** Values asked for `acr` in the ID token, and whether one of them must be reached. */
  readonly acr: { readonly values: readonly string[]; readonly essential: boolean } | undefined;
  /** The `sub` that the login must be of. */
  readonly subject: string | undefined;
  /** The HPR number whose holder the login must be of. */
  readonly hprNumber: string | undefined;
}

export type ClaimsReading = { readonly ok: true; readonly wish: ClaimsWish } | { readonly ok: false };

const mostClaims = 50;
const hprClaim = helseidClaimOf(helseidScopes.hprNumber);
const claimName = /^[A-Za-z0-9_:./#-]{1,200}$/;
/** Claims of the token itself and of its login: asked for or not, and wherever, they are what the protocol says. */
const protocolClaims: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'nonce', 'azp', 'at_hash', 'c_hash', 's_hash'],
  ...['acr', 'amr', 'auth_time', 'sid', 'decision', 'assignment_id', 'organisation_id'],
  ...['sub_namespace', 'professional_id', 'organisation_parent', 'organisation_child'],
]);
const nothing: ClaimsWish = { idToken: [], userinfo: [], acr: undefined, subject: undefined, hprNumber: undefined };

/** Reads the parameter; absent is a wish for nothing. Never throws. */
export function readClaimsParameter(text: string | undefined): ClaimsReading {
  if (text === undefined) return { ok: true, wish: nothing };
  const parsed = parseJsonObject(Buffer.from(text, 'utf8'));
  if (!parsed.ok) return { ok: false };
  const idToken = membersOf(parsed.value.id_token);
  const userinfo = membersOf(parsed.value.userinfo);
  if (idToken === undefined || userinfo === undefined) return { ok: false };
  const acr = readAcr(idToken.acr);
  const subjects = [readValue(idToken.sub), readValue(userinfo.sub)].filter((each) => each !== undefined);
  const numbers = [readValue(idToken[hprClaim]), readValue(userinfo[hprClaim])].filter((each) => each !== undefined);
  const unclear = (values: readonly unknown[]) => values.includes(wrong) || new Set(values).size > 1;
  if (acr === wrong || unclear(subjects) || unclear(numbers)) return { ok: false };
  const names = (members: JsonObject) => Object.keys(members).filter((name) => !protocolClaims.has(name));
  const [subject] = subjects;
  const [hprNumber] = numbers;
  return {
    ok: true,
    wish: {
      idToken: names(idToken),
      userinfo: names(userinfo),
      acr,
      subject: typeof subject === 'string' ? subject : undefined,
      hprNumber: typeof hprNumber === 'string' ? hprNumber : undefined,
    },
  };
}

const wrong = Symbol('wrong');

/** The members of `id_token` or `userinfo`: each null or an object. Undefined when it is not like that. */
function membersOf(value: JsonValue | undefined): JsonObject | undefined {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) return undefined;
  const names = Object.keys(value);
  const right = names.every((name) => claimName.test(name) && (value[name] === null || isJsonObject(value[name])));
  return right && names.length <= mostClaims ? value : undefined;
}

function readAcr(member: JsonValue | undefined): ClaimsWish['acr'] | typeof wrong {
  if (!isJsonObject(member)) return undefined;
  const { value, values, essential } = member;
  if (essential !== undefined && typeof essential !== 'boolean') return wrong;
  if (value !== undefined && typeof value !== 'string') return wrong;
  const list: readonly JsonValue[] | undefined = values === undefined ? [] : Array.isArray(values) ? values : undefined;
  if (list === undefined || list.length > mostClaims) return wrong;
  const texts = list.filter((each) => typeof each === 'string');
  if (texts.length !== list.length) return wrong;
  return { values: value === undefined ? texts : [value, ...texts], essential: essential === true };
}

function readValue(member: JsonValue | undefined): string | undefined | typeof wrong {
  if (!isJsonObject(member) || member.value === undefined) return undefined;
  return typeof member.value === 'string' ? member.value : wrong;
}
