// Candidate paths for a judgement: those whose every step can hold; only when there is none, those by name, to say what is wrong.
import type { Certificate } from '../../../base/x509/index.ts';
import type { AlgorithmPolicy } from './algorithms.ts';
import {
  type AuthorityIndex,
  findPaths,
  keyIdentifiersAgree,
  type SearchBounds,
  type SearchEnd,
} from './find-paths.ts';
import { mayHaveIssued } from './path-checks.ts';
import type { SignatureWork } from './signature-work.ts';

export interface PathBounds extends SearchBounds {
  /** Most whole paths that are judged. */
  readonly mostPaths: number;
  /** Most signatures that are verified in one judgement and were not before. */
  readonly mostSignatures: number;
}

export const defaultBounds: PathBounds = { mostAuthorities: 8, mostSteps: 4_000, mostPaths: 64, mostSignatures: 200 };

/** Paths that fail for a fault of one step, enough to explain by. */
const mostExplaining = 16;

/** Paths leaf … anchor, the likeliest first. */
export function* candidatePaths(
  given: {
    readonly leaf: Certificate;
    readonly intermediates: readonly AuthorityIndex[];
    readonly anchors: AuthorityIndex;
    readonly now: number;
    readonly algorithms: AlgorithmPolicy;
    readonly work: SignatureWork;
    readonly bounds: PathBounds;
  },
  end: SearchEnd,
): Generator<readonly Certificate[]> {
  const { leaf, intermediates, anchors, bounds } = given;
  let found = 0;
  const sound = (issuer: Certificate, certificate: Certificate) => mayHaveIssued(issuer, certificate, given);
  for (const path of findPaths({ leaf, intermediates, anchors, bounds, mayFollow: sound }, end)) {
    if (++found > bounds.mostPaths) {
      end.cutShort = true;
      return;
    }
    yield path;
  }
  if (found > 0) return;
  const byName = { leaf, intermediates, anchors, bounds, mayFollow: keyIdentifiersAgree };
  for (const path of findPaths(byName, { cutShort: false })) {
    if (++found > mostExplaining) return;
    yield path;
  }
}
