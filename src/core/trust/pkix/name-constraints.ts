// Whether the names on a path lie where its authorities allow (RFC 5280 4.2.1.10, 6.1.3 (b) and (c)).
import {
  attributesOf,
  type Certificate,
  comparableRdns,
  type GeneralName,
  isSelfIssued,
  type NameKind,
} from '../../../base/x509/index.ts';

/** What a name is to a subtree: `unreadable` names lie in no permitted and in every excluded one. */
type Relation = 'inside' | 'outside' | 'unreadable';

const emailAddress = '1.2.840.113549.1.9.1';
/** Comparisons of a name with a subtree in one path; what needs more is refused. */
const mostComparisons = 200_000;

const hostName = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const isHost = (text: string): boolean => text.length <= 253 && hostName.test(text);
const isBelow = (host: string, domain: string): boolean => host.endsWith(`.${domain}`);

const within = (inside: boolean): Relation => (inside ? 'inside' : 'outside');

// ASCII case only, as with every name here.
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function dnsRelation(name: string, base: string, excluded: boolean): Relation {
  const host = lower(name);
  const domain = lower(base);
  // A wildcard stands for one label; what lies below its rest lies below the name's domain as well.
  const rest = host.startsWith('*.') ? host.slice(2) : host;
  if (!isHost(rest)) return 'unreadable';
  if (domain === '') return 'inside';
  // Not the form of RFC 5280, but a known one: domains below only. Excluding, it takes the domain along.
  const bare = domain.startsWith('.') ? domain.slice(1) : domain;
  if (!isHost(bare)) return 'unreadable';
  if (host !== rest && excluded && isBelow(bare, rest)) return 'inside';
  return within(isBelow(host, bare) || (host === bare && (excluded || bare === domain)));
}

/** A host against a constraint of a mailbox or a URI: exact, or with a period in front only what is below. */
function hostRelation(host: string, base: string): Relation {
  if (base.startsWith('.')) return isHost(base.slice(1)) ? within(isBelow(host, base.slice(1))) : 'unreadable';
  return isHost(base) ? within(host === base) : 'unreadable';
}

function emailRelation(name: string, base: string, excluded: boolean): Relation {
  const at = name.lastIndexOf('@');
  const host = lower(name.slice(at + 1));
  if (at < 1 || !isHost(host) || !/^[\x21-\x7e]+$/.test(name)) return 'unreadable';
  const baseAt = base.lastIndexOf('@');
  if (baseAt < 0) return hostRelation(host, lower(base));
  const [local, baseLocal] = [name.slice(0, at), base.slice(0, baseAt)];
  // Mailboxes may tell letter case apart; to exclude one is to exclude it in any.
  const sameLocal = excluded ? lower(local) === lower(baseLocal) : local === baseLocal;
  return within(sameLocal && host === lower(base.slice(baseAt + 1)));
}

function uriRelation(name: string, base: string): Relation {
  // RFC 3986 3.2: the authority, without user information and port. An address or no host at all cannot be judged.
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)/i.exec(name)?.[1];
  const host = lower(authority?.replace(/^.*@/, '').replace(/:\d*$/, '') ?? '');
  if (!isHost(host) || /^[0-9.]+$/.test(host)) return 'unreadable';
  return hostRelation(host, lower(base));
}

const isContiguous = (mask: Buffer): boolean =>
  /^1*0*$/.test([...mask].map((octet) => octet.toString(2).padStart(8, '0')).join(''));

function ipRelation(address: Buffer, base: Buffer): Relation {
  if (address.length !== 4 && address.length !== 16) return 'unreadable';
  const half = base.length / 2;
  const mask = base.subarray(half);
  if ((half !== 4 && half !== 16) || !isContiguous(mask)) return 'unreadable';
  if (half !== address.length) return 'outside';
  return within(
    address.every((octet, i) => (octet & (mask[i] as number)) === ((base[i] as number) & (mask[i] as number))),
  );
}

/** Longer names are of nobody, and comparing them would be work for the sender to ask for. */
const longestName = 1024;
const isTooLong = (name: GeneralName): boolean => 'value' in name && name.value.length > longestName;

function relation(name: GeneralName, base: GeneralName, excluded: boolean): Relation {
  if (isTooLong(name) || isTooLong(base)) return 'unreadable';
  if (name.kind === 'directory' && base.kind === 'directory') {
    const [inner, outer] = [comparableRdns(name.name), comparableRdns(base.name)];
    if (inner === undefined || outer === undefined) {
      // Faulty values equal their own octets only, and so does a whole name that holds one.
      return name.name.der.equals(base.name.der) ? 'inside' : outer?.length === 0 ? 'inside' : 'unreadable';
    }
    return within(outer.every((rdn, i) => inner[i] === rdn));
  }
  if (name.kind === 'dns' && base.kind === 'dns') return dnsRelation(name.value, base.value, excluded);
  if (name.kind === 'email' && base.kind === 'email') return emailRelation(name.value, base.value, excluded);
  if (name.kind === 'uri' && base.kind === 'uri') return uriRelation(name.value, base.value);
  if (name.kind === 'ip' && base.kind === 'ip') return ipRelation(name.octets, base.octets);
  // otherName (a UPN), x400, ediParty, registeredID: RFC 5280 4.2.1.10 has us process such a constraint or reject.
  return 'unreadable';
}

/** Every name that constraints apply to: subject, alternative names, mail addresses in the subject. */
function namesOf({ subject, alternativeNames }: Certificate): readonly GeneralName[] {
  const mails = attributesOf(subject, emailAddress).map(({ value }) => ({ kind: 'email', value }) as const);
  return [
    ...(subject.rdns.length > 0 ? [{ kind: 'directory', name: subject } as const] : []),
    ...mails,
    ...alternativeNames,
  ];
}

const byKind = (trees: readonly GeneralName[] | undefined): ReadonlyMap<NameKind, readonly GeneralName[]> => {
  const kinds = new Map<NameKind, GeneralName[]>();
  for (const tree of trees ?? []) kinds.set(tree.kind, [...(kinds.get(tree.kind) ?? []), tree]);
  return kinds;
};

type Trees = ReadonlyMap<NameKind, readonly GeneralName[]>;

/** What is wrong with one certificate's names by one authority's constraints. */
function faultOf(names: readonly GeneralName[], permitted: Trees, excluded: Trees, work: { left: number }) {
  for (const name of names) {
    const [allowed, denied] = [permitted.get(name.kind), excluded.get(name.kind) ?? []];
    work.left -= (allowed?.length ?? 0) + denied.length;
    if (work.left < 0) return 'more names and constraints than are compared';
    if (denied.some((base) => relation(name, base, true) !== 'outside')) return `an excluded ${name.kind} name`;
    if (allowed !== undefined && !isPermitted(name, allowed)) return `a ${name.kind} name that is not permitted`;
  }
  return undefined;
}

/** Why a name on the path (leaf first, anchor last) is not where it may be; undefined when all are. An anchor's constraints count (RFC 5937). */
export function nameConstraintFault(path: readonly Certificate[]): string | undefined {
  const work = { left: mostComparisons };
  for (let from = path.length - 1; from > 0; from--) {
    const constraints = path[from]?.nameConstraints;
    if (constraints === undefined) continue;
    const [permitted, excluded] = [byKind(constraints.permitted), byKind(constraints.excluded)];
    for (const [index, certificate] of path.slice(0, from).entries()) {
      // 6.1.3 (b): not of a self-issued certificate, unless it is the last.
      if (index > 0 && isSelfIssued(certificate)) continue;
      const fault = faultOf(namesOf(certificate), permitted, excluded, work);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

// One subtree that cannot be read spoils the list: what its author meant to allow is not known.
function isPermitted(name: GeneralName, allowed: readonly GeneralName[]): boolean {
  const relations = allowed.map((base) => relation(name, base, false));
  return relations.includes('inside') && !relations.includes('unreadable');
}
