// How identifiers are stored: plain ones as they are, personal numbers sealed and found by keyed hash.
import { type Keyring, keyedHash, keyedHashes, open, seal } from '../../../base/sealing/index.ts';
import { isPersonalNumberNamespace, normaliseIdentity, type SubjectKey } from '../../../core/directory/index.ts';

const purpose = 'identity';
const hashPurpose = (namespace: string): string => `identity ${namespace}`;

export interface IdentityVault {
  /** Some lookups may have been made with a key that is not in use any more. */
  readonly hasOlderKeys: boolean;
  /** Every `lookup` under which the identity may be stored, the current one first; none for a value nobody can have. */
  lookups(key: SubjectKey): readonly string[];
  /** The row to store. The value must be in its one spelling. */
  row(key: SubjectKey): { readonly namespace: string; readonly lookup: string; readonly sealed: Buffer | null };
  /** The value of a stored row; undefined when it cannot be opened. */
  reveal(row: {
    readonly namespace: string;
    readonly lookup: string;
    readonly sealed: Buffer | null;
  }): string | undefined;
}

export function identityVault(keyring: Keyring): IdentityVault {
  return {
    hasOlderKeys: keyring.previous.length > 0,
    lookups({ namespace, value }) {
      const normal = normaliseIdentity(namespace, value);
      if (!normal.ok) return [];
      return isPersonalNumberNamespace(namespace)
        ? keyedHashes(keyring, hashPurpose(namespace), normal.value)
        : [normal.value];
    },
    row({ namespace, value }) {
      if (!isPersonalNumberNamespace(namespace)) return { namespace, lookup: value, sealed: null };
      const lookup = keyedHash(keyring, hashPurpose(namespace), value);
      return {
        namespace,
        lookup,
        sealed: seal(keyring, purpose, `${namespace} ${lookup}`, Buffer.from(value, 'utf8')),
      };
    },
    reveal({ namespace, lookup, sealed }) {
      if (sealed === null) return lookup;
      const opened = open(keyring, purpose, `${namespace} ${lookup}`, sealed);
      return opened.ok ? opened.bytes.toString('utf8') : undefined;
    },
  };
}
