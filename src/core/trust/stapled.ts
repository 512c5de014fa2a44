// An OCSP answer that a reverse proxy passed on with the card: it counts by the same checks as one that was asked for, or not at all.
import type { Certificate, StapledOcsp } from '../../base/x509/index.ts';
import type { OcspCache } from './ocsp-cache.ts';
import { type OcspState, ocspKey } from './responders.ts';
import type { StatusPoint } from './status-points.ts';
import { statusWords } from './status-words.ts';

/** One stapled answer, and what became of it in the populations that the card may be of. */
export class StapledAnswer {
  readonly #stapled: StapledOcsp;
  #isCounted = false;
  readonly #faults: string[] = [];

  constructor(stapled: StapledOcsp) {
    this.#stapled = stapled;
  }

  /**
   * Stands in for the answer of a responder that the card names and its population allows and asks. It is no older than
   * an answer that would be asked for again: `producedAt` counts as when it was had. Answers whether it counts.
   */
  take(
    about: {
      readonly certificate: Certificate;
      readonly issuer: Certificate;
      readonly points: readonly StatusPoint[];
      readonly isAsked: boolean;
      readonly maxAgeMs: number;
    },
    responders: OcspCache,
    answers: Map<string, OcspState>,
  ): boolean {
    const { certificate, issuer, points, isAsked, maxAgeMs } = about;
    const stapled = this.#stapled;
    if ('fault' in stapled) return this.#ignore(stapled.fault);
    if (!isAsked) return this.#ignore('stapledNotAsked');
    if (points.length === 0) return this.#ignore('stapledNoResponder');
    let isTaken = false;
    for (const { url } of points) {
      const state = responders.adopt({ url, certificate, issuer }, stapled.der, maxAgeMs);
      if (state.ok) {
        answers.set(ocspKey(url, certificate, issuer), state);
        isTaken = true;
      } else this.#ignore(state.reason);
    }
    this.#isCounted ||= isTaken;
    return isTaken;
  }

  #ignore(fault: string): false {
    this.#faults.push(fault);
    return false;
  }

  /** For the trail: `counted`, or why not; undefined while no path of the card has held. */
  get outcome(): string | undefined {
    if (this.#isCounted) return 'counted';
    return this.#faults[0] === undefined ? undefined : `ignored: ${statusWords(this.#faults[0])}`;
  }
}
