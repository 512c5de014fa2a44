// Whom an identifier means that a program was told: an HSA-ID, a personal number or a user name. It proves nothing.
import { personalNumberNamespaces, type SubjectKey } from '../directory/directory.ts';
import { accountNamespace, normaliseIdentity, normaliseUsername } from '../directory/identity.ts';
import type { IdentityLookup } from './link.ts';

const longestHint = 320;

/** Every identity that the text can be, in its one spelling. */
export function keysOfHint(hint: string): readonly SubjectKey[] {
  if (hint.length > longestHint) return [];
  const keys = ['hsa-id', ...personalNumberNamespaces].flatMap((namespace) => {
    const normal = normaliseIdentity(namespace, hint);
    return normal.ok ? [{ namespace, value: normal.value }] : [];
  });
  const username = normaliseUsername(hint);
  return username === undefined ? keys : [...keys, { namespace: accountNamespace, value: username }];
}

/** The one person whom the text means; undefined when it is nobody, more than one, or somebody who is closed. */
export async function personOfHint(identities: IdentityLookup, hint: string): Promise<string | undefined> {
  const found = await identities.find(keysOfHint(hint));
  const [first] = found;
  return found.every(({ person, closed }) => person === first?.person && !closed) ? first?.person : undefined;
}
