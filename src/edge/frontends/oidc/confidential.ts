// Confidential claims of a grant (national numbers): sealed while they are stored, opened for the ticket alone.
import { type Keyring, open, seal } from '../../../base/sealing/index.ts';
import type { Grant } from '../../../core/grants/index.ts';
import type { ClaimsByAudience, Statement } from '../../../core/issuing/index.ts';

const purpose = 'released claims';
const purposeForApis = 'claims for APIs';

/** The grant as it may be stored. */
export function withSealed(keyring: Keyring, grant: Grant, { confidential, apiConfidential }: Statement): Grant {
  const sealed = (what: string, value: object | undefined): string | undefined =>
    value && seal(keyring, what, grant.id, Buffer.from(JSON.stringify(value), 'utf8')).toString('base64');
  return {
    ...grant,
    about: {
      ...grant.about,
      ...(confidential && { sealed: sealed(purpose, confidential) }),
      ...(apiConfidential && { sealedForApis: sealed(purposeForApis, apiConfidential) }),
    },
  };
}

/** The grant with its confidential claims beside the others: to make tickets of, never to store. */
export function withOpened(keyring: Keyring, grant: Grant): Grant {
  const { sealed, sealedForApis, ...about } = grant.about;
  const opened = (what: string, text: string | undefined): Record<string, unknown> => {
    if (text === undefined) return {};
    const found = open(keyring, what, grant.id, Buffer.from(text, 'base64'));
    // What cannot be opened any more is left out: the rest of the ticket holds without it.
    return found.ok ? (JSON.parse(found.bytes.toString('utf8')) as Record<string, unknown>) : {};
  };
  const claims = { ...about.claims, ...opened(purpose, sealed) };
  const forApis = opened(purposeForApis, sealedForApis) as ClaimsByAudience;
  return { ...grant, about: { ...about, claims, apiClaims: withConfidential(about.apiClaims, forApis) } };
}

/** Claims for APIs, each API's confidential ones beside its others. */
export const withConfidential = (open: ClaimsByAudience = {}, confidential: ClaimsByAudience = {}): ClaimsByAudience =>
  Object.fromEntries(
    Object.entries(open).map(([audience, claims]) => [audience, { ...claims, ...confidential[audience] }]),
  );
