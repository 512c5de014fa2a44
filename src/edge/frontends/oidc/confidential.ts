// Confidential claims of a grant (national numbers): sealed while they are stored, opened for the ticket alone.
import { type Keyring, open, seal } from '../../../base/sealing/index.ts';
import type { Grant } from '../../../core/grants/index.ts';
import type { Statement } from '../../../core/issuing/index.ts';

const purpose = 'released claims';

/** The grant as it may be stored. */
export function withSealed(keyring: Keyring, grant: Grant, { confidential }: Statement): Grant {
  if (confidential === undefined) return grant;
  const bytes = Buffer.from(JSON.stringify(confidential), 'utf8');
  return { ...grant, about: { ...grant.about, sealed: seal(keyring, purpose, grant.id, bytes).toString('base64') } };
}

/** The grant with its confidential claims beside the others: to make tickets of, never to store. */
export function withOpened(keyring: Keyring, grant: Grant): Grant {
  const { sealed, ...about } = grant.about;
  if (sealed === undefined) return grant;
  const opened = open(keyring, purpose, grant.id, Buffer.from(sealed, 'base64'));
  // What cannot be opened any more is left out: the rest of the ticket holds without it.
  const claims = opened.ok ? (JSON.parse(opened.bytes.toString('utf8')) as Record<string, unknown>) : {};
  return { ...grant, about: { ...about, claims: { ...about.claims, ...claims } } };
}
