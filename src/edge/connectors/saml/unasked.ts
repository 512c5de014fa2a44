// An answer that nobody asked for (SAML Profiles 4.1.5): whose it says it is, so that a login can begin there. Nothing of it counts.
import { openMessage, readPost } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';

/** The entity ID in a Response to no request; undefined for anything else. Nothing is verified, for nothing is believed. */
export async function claimedByUnasked(parameters: Readonly<Record<string, string>>): Promise<string | undefined> {
  const read = readPost(Object.entries(parameters));
  if (!read.ok) return undefined;
  await loadXml();
  const opening = openMessage(read.received);
  if (!opening.ok) return undefined;
  const { kind, claimedIssuer, claimedInResponseTo } = opening.message;
  return kind === 'Response' && claimedInResponseTo === undefined ? claimedIssuer : undefined;
}
