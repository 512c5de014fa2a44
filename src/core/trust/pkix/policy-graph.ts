// Certificate policies along a path (RFC 5280 6.1), kept as a graph so that no set of policies grows by itself (RFC 9618).
import { type Certificate, isSelfIssued } from '../../../base/x509/index.ts';

export const anyPolicy = '2.5.29.32.0';

export interface PolicyInputs {
  /** RFC 5280 6.1.1 (c): the policies that will do; `anyPolicy` among them for all. */
  readonly initial: ReadonlySet<string>;
  readonly requireExplicitPolicy: boolean;
  readonly inhibitPolicyMapping: boolean;
  readonly inhibitAnyPolicy: boolean;
  /** Whether an authority that states no policy at all leaves every policy open, instead of none as RFC 5280 has it. */
  readonly silentAuthoritiesAllow?: boolean;
}

export const openPolicies: PolicyInputs = {
  initial: new Set([anyPolicy]),
  requireExplicitPolicy: false,
  inhibitPolicyMapping: false,
  inhibitAnyPolicy: false,
};

export type PolicyOutcome =
  /** The user-constrained set: what the path is good for, in the anchor's own terms. */
  { readonly ok: true; readonly policies: ReadonlySet<string> } | { readonly ok: false; readonly because: string };

interface Node {
  readonly policy: string;
  expected: ReadonlySet<string>;
  readonly parents: Set<Node>;
}
type Level = Map<string, Node>;

const addNode = (level: Level, policy: string, parents: Iterable<Node>, expected: ReadonlySet<string>): void => {
  level.set(policy, { policy, expected, parents: new Set(parents) });
};

/** RFC 5280 6.1.3 (d), by the changes of RFC 9618 5.3: the next level under `above`. */
function nextLevel(above: Level, policies: readonly string[], anyAllowed: boolean): Level {
  const expecting = new Map<string, Node[]>();
  for (const node of above.values())
    for (const policy of node.expected) {
      const nodes = expecting.get(policy);
      if (nodes === undefined) expecting.set(policy, [node]);
      else nodes.push(node);
    }
  const level: Level = new Map();
  const anyAbove = above.get(anyPolicy);
  for (const policy of policies) {
    if (policy === anyPolicy) continue;
    const parents = expecting.get(policy) ?? (anyAbove === undefined ? [] : [anyAbove]);
    if (parents.length > 0) addNode(level, policy, parents, new Set([policy]));
  }
  if (policies.includes(anyPolicy) && anyAllowed)
    for (const [policy, parents] of expecting)
      if (!level.has(policy)) addNode(level, policy, parents, new Set([policy]));
  return level;
}

/** RFC 5280 6.1.4 (b). */
function applyMappings(level: Level, above: Level, certificate: Certificate, mappingAllowed: boolean): void {
  const bySource = new Map<string, Set<string>>();
  for (const { issuer, subject } of certificate.policyMappings) {
    const targets = bySource.get(issuer);
    if (targets === undefined) bySource.set(issuer, new Set([subject]));
    else targets.add(subject);
  }
  const anyAbove = above.get(anyPolicy);
  for (const [source, targets] of bySource) {
    const node = level.get(source);
    if (!mappingAllowed) level.delete(source);
    else if (node !== undefined) node.expected = targets;
    else if (level.has(anyPolicy) && anyAbove !== undefined) addNode(level, source, [anyAbove], targets);
  }
}

/** RFC 9618 5.5: the policies by which the graph was entered from anyPolicy, on the way to its last level. */
function userConstrained(last: Level, initial: ReadonlySet<string>): ReadonlySet<string> {
  const entered = new Set<string>();
  const seen = new Set<Node>();
  const open = [...last.values()].filter(({ policy }) => policy !== anyPolicy);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const parent of node.parents)
      if (parent.policy === anyPolicy) entered.add(node.policy);
      else open.push(parent);
  }
  if (initial.has(anyPolicy)) return last.has(anyPolicy) ? entered.add(anyPolicy) : entered;
  return new Set([...initial].filter((policy) => entered.has(policy) || last.has(anyPolicy)));
}

/** Counters of RFC 5280 6.1.2 (d) to (f). */
interface Counters {
  explicit: number;
  mapping: number;
  any: number;
}

/** RFC 5280 6.1.4 (i), (j); an anchor's own constraints by RFC 5937. */
function lower(counters: Counters, { policyConstraints, inhibitAnyPolicy }: Certificate): void {
  counters.explicit = Math.min(counters.explicit, policyConstraints?.requireExplicitPolicy ?? Infinity);
  counters.mapping = Math.min(counters.mapping, policyConstraints?.inhibitPolicyMapping ?? Infinity);
  counters.any = Math.min(counters.any, inhibitAnyPolicy ?? Infinity);
}

/** What a path (leaf first, anchor last) is good for; the work grows with the policies that its certificates state, not with their products. */
export function policiesOf(path: readonly Certificate[], inputs: PolicyInputs): PolicyOutcome {
  const length = path.length - 1;
  const counters: Counters = {
    explicit: inputs.requireExplicitPolicy ? 0 : length + 1,
    mapping: inputs.inhibitPolicyMapping ? 0 : length + 1,
    any: inputs.inhibitAnyPolicy ? 0 : length + 1,
  };
  lower(counters, path[length] as Certificate);
  let level: Level = new Map();
  addNode(level, anyPolicy, [], new Set([anyPolicy]));
  for (let index = length - 1; index >= 0; index--) {
    const certificate = path[index] as Certificate;
    const isLeaf = index === 0;
    const selfIssued = isSelfIssued(certificate);
    const above = level;
    const silent = certificate.policies.length === 0 && !isLeaf && inputs.silentAuthoritiesAllow === true;
    level = nextLevel(
      above,
      silent ? [anyPolicy] : certificate.policies,
      silent || counters.any > 0 || (!isLeaf && selfIssued),
    );
    if (level.size === 0 && counters.explicit === 0) return { ok: false, because: 'no policy holds along the path' }; // 6.1.3 (f)
    if (isLeaf) break;
    if (certificate.policyMappings.some(({ issuer, subject }) => issuer === anyPolicy || subject === anyPolicy))
      return { ok: false, because: 'a mapping of anyPolicy' }; // 6.1.4 (a)
    applyMappings(level, above, certificate, counters.mapping > 0);
    if (!selfIssued) {
      counters.explicit = Math.max(0, counters.explicit - 1);
      counters.mapping = Math.max(0, counters.mapping - 1);
      counters.any = Math.max(0, counters.any - 1);
    }
    lower(counters, certificate);
  }
  // 6.1.5 (a), (b), (g)
  const explicit = path[0]?.policyConstraints?.requireExplicitPolicy === 0 ? 0 : Math.max(0, counters.explicit - 1);
  const policies = userConstrained(level, inputs.initial);
  return explicit === 0 && policies.size === 0
    ? { ok: false, because: 'none of the policies that will do' }
    : { ok: true, policies };
}
