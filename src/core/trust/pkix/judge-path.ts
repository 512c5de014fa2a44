// The judgement on a certificate of no population: its candidate paths through every list of checks, and revocation; pure.
import type { Certificate } from '../../../base/x509/index.ts';
import { type AlgorithmPolicy, defaultAlgorithms } from './algorithms.ts';
import { candidatePaths, defaultBounds, type PathBounds } from './candidate-paths.ts';
import type { RevocationStatus } from './crl-status.ts';
import type { AuthorityIndex, SearchEnd } from './find-paths.ts';
import { at, type PathCheck, type PathFacts, pathChecks } from './path-checks.ts';
import { clientAuthentication } from './person-checks.ts';
import { openPolicies, type PolicyInputs, policiesOf } from './policy-graph.ts';
import type { PathReason } from './reasons.ts';
import { isSpokenOf, type RevocationMaterial, statusTeller } from './revocation-status.ts';
import { SignatureWork } from './signature-work.ts';

export interface PathQuestion {
  readonly leaf: Certificate;
  readonly intermediates: AuthorityIndex;
  readonly anchors: AuthorityIndex;
  readonly now: number;
  /** Checks beside those of every path: `personChecks`, `profileChecks`. */
  readonly more?: readonly PathCheck[];
  readonly policies?: PolicyInputs;
  /** For `personChecks`: clientAuth when none are named. */
  readonly usages?: readonly string[];
  readonly algorithms?: AlgorithmPolicy;
  readonly bounds?: Partial<PathBounds>;
  readonly revocation: RevocationMaterial & {
    /** `ifGiven`: a certificate that nothing at hand is about passes; one that something is about must come out good. */
    readonly mode: 'required' | 'ifGiven' | 'off';
    /** Something was given that could not be read, and may have been about any of them. */
    readonly unreadable: boolean;
  };
}

export type PathVerdict =
  | {
      readonly accepted: true;
      /** Leaf first, anchor last. */
      readonly path: readonly Certificate[];
      /** RFC 5280 6.1.6: what the path is good for. */
      readonly policies: readonly string[];
    }
  | {
      readonly accepted: false;
      readonly reason: PathReason;
      readonly clause: string;
      readonly because: string;
      /** The path that came furthest. */
      readonly path: readonly Certificate[];
    };

type Refusal = Extract<PathVerdict, { accepted: false }>;

interface Requirement {
  readonly name: PathReason;
  readonly clause: string;
  readonly test: (facts: PathFacts, statuses: () => readonly (RevocationStatus | undefined)[]) => string | undefined;
}

/** What is asked of the statuses of a path's certificates; undefined stands for one that nothing is about. */
export const statusChecks: readonly Requirement[] = [
  {
    name: 'notRevoked',
    clause: 'RFC 5280 6.1.3 (a)(3), 6.3.3',
    test: (_facts, statuses) => {
      const index = statuses().findIndex((status) => status?.kind === 'revoked');
      return index < 0 ? undefined : `${at(index)} is revoked`;
    },
  },
  {
    name: 'revocationKnown',
    clause: 'RFC 5280 6.3.3: undetermined is not valid',
    test: (_facts, statuses) => {
      const all = statuses();
      const index = all.findIndex((status) => status?.kind === 'unknown');
      const status = all[index];
      return status?.kind === 'unknown' ? `${at(index)}: ${status.because}` : undefined;
    },
  },
];

function statusesOn(path: readonly Certificate[], question: PathQuestion, facts: PathFacts, bounds: PathBounds) {
  const { revocation, intermediates, anchors } = question;
  const statusOf = statusTeller({
    ...revocation,
    anchor: path[path.length - 1] as Certificate,
    authorities: [intermediates, anchors],
    now: facts.now,
    algorithms: facts.algorithms,
    work: facts.work,
    bounds,
  });
  return path.slice(0, -1).map((certificate, index) => {
    const issuer = path[index + 1] as Certificate;
    const isExempt =
      revocation.mode === 'ifGiven' && !revocation.unreadable && !isSpokenOf(revocation, certificate, issuer);
    return isExempt ? undefined : statusOf(certificate, issuer);
  });
}

/**
 * Judges a certificate. Every candidate path goes through the checks in order; one that passes all of them wins,
 * otherwise the refusal is that of the path that came furthest. The search and its signatures are bounded.
 * `dropped` names checks that a test leaves out.
 */
export function judgePath(question: PathQuestion, dropped: readonly PathReason[] = []): PathVerdict {
  const { leaf, intermediates, anchors, now, revocation } = question;
  const bounds = { ...defaultBounds, ...question.bounds };
  const algorithms = question.algorithms ?? defaultAlgorithms;
  const policies = question.policies ?? openPolicies;
  const usages = question.usages ?? [clientAuthentication];
  const work = new SignatureWork(bounds.mostSignatures);
  const requirements: readonly Requirement[] = [
    ...pathChecks,
    ...(question.more ?? []),
    ...(revocation.mode === 'off' ? [] : statusChecks),
  ].filter(({ name }) => !dropped.includes(name));

  let best: { readonly index: number; readonly refusal: Refusal } | undefined;
  const judge = (path: readonly Certificate[], anchored: boolean): PathVerdict => {
    const facts: PathFacts = { path, anchored, now, algorithms, policies, usages, work };
    let found: readonly (RevocationStatus | undefined)[] | undefined;
    const statuses = () => {
      found ??= statusesOn(path, question, facts, bounds);
      return found;
    };
    for (const [index, { name, clause, test }] of requirements.entries()) {
      const because = test(facts, statuses);
      if (because === undefined) continue;
      const refusal: Refusal = { accepted: false, reason: name, clause, because, path };
      if (best === undefined || index > best.index) best = { index, refusal };
      return refusal;
    }
    const outcome = policiesOf(path, policies);
    return { accepted: true, path, policies: outcome.ok ? [...outcome.policies] : [] };
  };

  const end: SearchEnd = { cutShort: false };
  const search = { leaf, intermediates: [intermediates], anchors, now, algorithms, work, bounds };
  for (const path of candidatePaths(search, end)) {
    const verdict = judge(path, true);
    if (verdict.accepted) return verdict;
  }
  // Not having looked everywhere is the reason, whatever the paths that were looked at lacked.
  if (end.cutShort || work.exhausted)
    return {
      accepted: false,
      reason: 'searchBounds',
      clause: 'RFC 4158 2.4: the search is bounded',
      because: 'more paths than are looked at',
      path: best?.refusal.path ?? [leaf],
    };
  return best?.refusal ?? judge([leaf], false);
}
