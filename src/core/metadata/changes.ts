// How an entity's new metadata differs from what is in use: whether it asks for a person's yes (S15).
import { createHash, X509Certificate } from 'node:crypto';
import type { EntityDescriptor, IdpRole, KeyDescriptor, SpRole, SsoRole } from '../../base/saml/index.ts';

/** One way in which a change weakens: the check's name, and what exactly, for the person who decides. */
export interface Weakening {
  readonly name: string;
  readonly detail: string;
}

export type EntityChange =
  | { readonly kind: 'strengthening' | 'changed' }
  | { readonly kind: 'weakens'; readonly reasons: readonly Weakening[] };

type Role = IdpRole | SpRole;

/** One role before and after. A role that is gone weakens nothing by itself. */
interface RoleChange {
  readonly before: Role;
  readonly after: Role;
}

export interface WeakeningCheck {
  readonly name: string;
  readonly clause: string;
  /** What is weaker than before, in words; nothing when nothing is. */
  readonly test: (change: RoleChange) => Iterable<string>;
  /** The same of a role that the entity did not play before. */
  readonly ofNewRole?: string;
}

type Use = 'signing' | 'encryption';
const uses: readonly Use[] = ['signing', 'encryption'];

const fingerprint = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** The key itself, not its holder: a certificate that was issued again for the same key is no other key. */
function keyOf(der: Buffer): string {
  try {
    return fingerprint(new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' }));
  } catch {
    return fingerprint(der);
  }
}

/** Strength in bits of a comparable symmetric key (NIST SP 800-57 part 1, table 2); 0 for what cannot be read. */
function strengthOf(der: Buffer): number {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails = {} } = new X509Certificate(der).publicKey;
    if (asymmetricKeyType?.startsWith('rsa')) {
      const bits = asymmetricKeyDetails.modulusLength ?? 0;
      return bits >= 7680 ? 192 : bits >= 3072 ? 128 : bits >= 2048 ? 112 : 80;
    }
    return { prime256v1: 128, secp384r1: 192, secp521r1: 256 }[asymmetricKeyDetails.namedCurve ?? ''] ?? 0;
  } catch {
    return 0;
  }
}

/** Keys of a use, those for both uses among them (SAML Metadata 2.4.1.1). */
const certificatesFor = (keys: readonly KeyDescriptor[], use: Use): readonly Buffer[] =>
  keys.filter((key) => key.use === undefined || key.use === use).flatMap(({ certificates }) => certificates);

const keysFor = (keys: readonly KeyDescriptor[], use: Use): ReadonlySet<string> =>
  new Set(certificatesFor(keys, use).map(keyOf));

/** Keys that say what they are for. */
const declaredKeys = (keys: readonly KeyDescriptor[], use: Use | undefined): ReadonlySet<string> =>
  new Set(keys.filter((key) => key.use === use).flatMap(({ certificates }) => certificates.map(keyOf)));

/** Everything that something is sent to. */
function addressesOf(role: Role): readonly { readonly list: string; readonly location: string }[] {
  const lists = {
    singleSignOn: 'singleSignOn' in role ? role.singleSignOn : [],
    assertionConsumer: 'assertionConsumer' in role ? role.assertionConsumer : [],
    singleLogout: role.singleLogout,
    artifactResolution: role.artifactResolution,
  };
  return Object.entries(lists).flatMap(([list, endpoints]) =>
    endpoints
      .flatMap(({ location, responseLocation }) => [location, ...(responseLocation ? [responseLocation] : [])])
      .map((location) => ({ list, location })),
  );
}

const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);
const hostOf = (text: string): string => urlOf(text)?.host ?? text;

/** Algorithms of encryption by what they do, and which of them protect little (RSA 1.5; ciphers without integrity). */
const encryptionKinds = [
  { what: 'cipher', all: /#(aes\d+-(gcm|cbc)|tripledes-cbc)$/, weak: /-cbc$/ },
  { what: 'key transport', all: /#rsa-/, weak: /#rsa-1_5$/ },
];

export const weakeningChecks: readonly WeakeningCheck[] = [
  {
    name: 'roleAdded',
    clause: 'S15: who leaves a role and takes it up again would show no key of before to compare with',
    test: () => [],
    ofNewRole: 'it did not play this role before',
  },
  {
    name: 'keysReplaced',
    clause: 'S15: a new key counts beside the old one first; all at once is how a stolen publication looks',
    *test({ before, after }) {
      for (const use of uses) {
        const [old, fresh] = [keysFor(before.keys, use), keysFor(after.keys, use)];
        if (old.size === 0 || [...old].some((key) => fresh.has(key))) continue;
        yield fresh.size === 0
          ? `no ${use} key is left`
          : `every ${use} key is another: ${[...old].join(', ')} -> ${[...fresh].join(', ')}`;
      }
    },
  },
  {
    name: 'useLost',
    clause: 'CVE-2026-16443; SAML Metadata 2.4.1.1: a key without a use is for both',
    *test({ before, after }) {
      const both = declaredKeys(after.keys, undefined);
      for (const use of uses)
        for (const key of declaredKeys(before.keys, use))
          if (both.has(key) && !keysFor(before.keys, use === 'signing' ? 'encryption' : 'signing').has(key))
            yield `key ${key} was for ${use} alone and says no use now`;
    },
  },
  {
    name: 'signatureNotRequired',
    clause: 'SAML Metadata 2.4.3, 2.4.4; S15',
    *test({ before, after }) {
      for (const name of ['wantAuthnRequestsSigned', 'authnRequestsSigned', 'wantAssertionsSigned'] as const) {
        const [old, fresh] = [before, after].map((role) => (role as unknown as Record<string, unknown>)[name]);
        if (old === true && fresh !== true) yield `${name} was on and is off`;
      }
    },
  },
  {
    name: 'addressMoved',
    clause: 'SAML Metadata 2.2.2: what is sent there is a login',
    *test({ before, after }) {
      const known = new Set(addressesOf(before).map(({ location }) => hostOf(location)));
      for (const { list, location } of addressesOf(after))
        if (!known.has(hostOf(location))) yield `${list} at another host: ${location}`;
    },
  },
  {
    name: 'addressUnencrypted',
    clause: 'SAML Bindings 3.1.2.1: confidentiality of the way',
    *test({ before, after }) {
      const plain = (role: Role) =>
        addressesOf(role).flatMap(({ location }) => (urlOf(location)?.protocol === 'https:' ? [] : [location]));
      const known = new Set(plain(before));
      for (const location of plain(after)) if (!known.has(location)) yield `without TLS: ${location}`;
    },
  },
  {
    name: 'scopeWidened',
    clause: 'K3; shibmd:Scope: whose people it may name',
    *test({ before, after }) {
      const text = ({ value, regexp }: SsoRole['scopes'][number]) => (regexp ? `pattern ${value}` : value);
      const known = new Set(before.scopes.map(text));
      for (const scope of after.scopes.map(text)) if (!known.has(scope)) yield `scope ${scope} is new`;
      // Who names none is held to none.
      if (known.size > 0 && after.scopes.length === 0) yield 'no scope is left';
    },
  },
  {
    name: 'algorithmWeaker',
    clause: 'Sweden Connect 8; XML Encryption 1.1 6.1.1',
    *test({ before, after }) {
      for (const { what, all, weak } of encryptionKinds) {
        const [old, fresh] = [before, after].map(({ keys }) =>
          keys.flatMap((key) => key.encryptionMethods.map(({ algorithm }) => algorithm)).filter((one) => all.test(one)),
        );
        const isWeak = (list: readonly string[] = []) => list.length > 0 && list.every((one) => weak.test(one));
        // Who lists nothing leaves the choice to us.
        if (isWeak(fresh) && !isWeak(old)) yield `no strong ${what} is left: ${fresh?.join(', ')}`;
      }
    },
  },
  {
    name: 'keyWeaker',
    clause: 'NIST SP 800-57 part 1, 5.6.1',
    *test({ before, after }) {
      for (const use of uses) {
        const old = certificatesFor(before.keys, use);
        const least = Math.min(...old.map(strengthOf));
        for (const der of certificatesFor(after.keys, use))
          if (old.length > 0 && strengthOf(der) < least) yield `${use} key ${keyOf(der)} is weaker than those before`;
      }
    },
  },
];

function weakenings(before: EntityDescriptor, after: EntityDescriptor, checks: readonly WeakeningCheck[]): Weakening[] {
  return (['idp', 'sp'] as const).flatMap((role) => {
    const [old, fresh] = [before[role], after[role]];
    if (fresh === undefined) return [];
    if (old === undefined)
      return checks.flatMap(({ name, ofNewRole }) =>
        ofNewRole === undefined ? [] : [{ name, detail: `${role}: ${ofNewRole}` }],
      );
    const change: RoleChange = { before: old, after: fresh };
    return checks.flatMap(({ name, test }) =>
      [...test(change)].map((detail) => ({ name, detail: `${role}: ${detail}` })),
    );
  });
}

/**
 * What a change means, of an entity whose facts differ. A key roll-over with an overlap passes: the new key is added
 * (both count), later the old one goes (it counts no more). What weakens anything waits for a person.
 */
export function compareEntities(
  before: EntityDescriptor,
  after: EntityDescriptor,
  checks: readonly WeakeningCheck[] = weakeningChecks,
): EntityChange {
  const reasons = weakenings(before, after, checks);
  if (reasons.length > 0) return { kind: 'weakens', reasons };
  return { kind: weakenings(after, before, checks).length > 0 ? 'strengthening' : 'changed' };
}
