// Gathers the status of the certificates on one path that holds: lists, delta lists and OCSP answers, in the turns of its population.
import type { Certificate, Crl } from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import { type Candidate, tellerOf } from './checks.ts';
import type { OcspCache } from './ocsp-cache.ts';
import { numberOf } from './pkix/index.ts';
import { turnsFor } from './population-status.ts';
import { type OcspState, ocspKey } from './responders.ts';
import { type CrlState, crlKey, deltaKey } from './revocation.ts';
import type { RevocationCache } from './revocation-cache.ts';
import type { StapledAnswer } from './stapled.ts';
import { crlPoints, deltaPoints, ocspPoints, type StatusPoint } from './status-points.ts';

/** Where the status of certificates comes from: the lists and the OCSP answers of one hub process. */
export interface StatusCaches {
  readonly cache: RevocationCache;
  readonly responders: OcspCache;
}

/** What is at hand, filled while it is gathered. */
export interface Gathered {
  readonly crls: Map<string, CrlState>;
  readonly answers: Map<string, OcspState>;
}

/** One certificate and whoever issued it. */
interface Step {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/** Other keys of one authority that are looked at. */
const mostSigners = 4;
/** A whole list from before the one that its delta list begins from is asked for again, at most this often. */
const behindMs = 30_000;

const stepsOf = (path: readonly Certificate[]): readonly Step[] =>
  path.slice(0, -1).map((certificate, index) => ({ certificate, issuer: path[index + 1] as Certificate }));

const keyOf = ({ certificate, issuer }: Step): string => `${certificate.fingerprint} ${issuer.fingerprint}`;

export interface Gathering extends StatusCaches {
  readonly maxAgeMs: number;
  readonly gathered: Gathered;
  readonly clock: () => number;
  readonly stapled: StapledAnswer | undefined;
}

/** Gathers for one candidate, whose path holds: so its certificates are trusted to name addresses. */
export class StatusGathering {
  readonly #candidate: Candidate;
  readonly #population: Population;
  readonly #given: Gathering;

  constructor(candidate: Candidate, given: Gathering) {
    this.#candidate = candidate;
    this.#population = candidate.prepared.population;
    this.#given = given;
  }

  /** All of the path. */
  async run(): Promise<void> {
    await Promise.all(stepsOf(this.#candidate.path).map((step) => this.#ask(step, [])));
  }

  /** A new teller each time: what is known changes as it is gathered. */
  #teller() {
    return tellerOf({ ...this.#candidate, ...this.#given.gathered, now: this.#given.clock() });
  }

  #isKnown({ certificate, issuer }: Step): boolean {
    const { kind } = this.#teller().statusOf(certificate, issuer);
    return kind === 'good' || kind === 'revoked';
  }

  /** Asks about one certificate. `before` are those whose status waits for this one, so that no circle is walked twice. */
  async #ask(step: Step, before: readonly string[]): Promise<void> {
    const turns = turnsFor(step.certificate, this.#population);
    const isStapled = this.#takeStapled(step, turns.flat().includes('ocsp'));
    if (isStapled && this.#isKnown(step)) return;
    for (const turn of turns) {
      await Promise.all(turn.map((source) => (source === 'crl' ? this.#askLists(step, before) : this.#askOcsp(step))));
      if (this.#isKnown(step)) return;
    }
  }

  #takeStapled({ certificate, issuer }: Step, isAsked: boolean): boolean {
    const { stapled, responders, maxAgeMs, gathered } = this.#given;
    if (stapled === undefined || certificate !== this.#candidate.path[0]) return false;
    const points = allowed(ocspPoints(certificate, this.#population));
    return stapled.take({ certificate, issuer, points, isAsked, maxAgeMs }, responders, gathered.answers);
  }

  async #askOcsp({ certificate, issuer }: Step): Promise<void> {
    const { responders, maxAgeMs, gathered } = this.#given;
    const ask = async ({ url }: StatusPoint) => {
      const answer = await responders.answerFor(url, certificate, issuer, maxAgeMs);
      gathered.answers.set(ocspKey(url, certificate, issuer), answer);
    };
    await Promise.all(allowed(ocspPoints(certificate, this.#population)).map(ask));
  }

  async #askLists(step: Step, before: readonly string[]): Promise<void> {
    const { certificate, issuer } = step;
    const { cache, maxAgeMs, gathered } = this.#given;
    const points = allowed(crlPoints(certificate, this.#population));
    if (points.length === 0) return;
    const signers = [issuer, ...(await this.#otherSigners(step, before))];
    const fetched = async (at: readonly StatusPoint[], isDelta: boolean, age: number): Promise<readonly Crl[]> => {
      const states = await Promise.all(
        at.map(async ({ url }) => {
          const state = await cache.listFor({ url, issuer, signers, isDelta }, age);
          gathered.crls.set((isDelta ? deltaKey : crlKey)(url, issuer), state);
          return state;
        }),
      );
      // A whole list past its time still says where its delta list lies: whom that revokes no permission lets in.
      return states.flatMap((state) => (state.ok ? [state.crl] : (state.last ?? [])));
    };
    const wholes = await fetched(points, false, maxAgeMs);
    const deltas = await fetched(allowed(deltaPoints(certificate, wholes, this.#population)), true, maxAgeMs);
    if (wholes.some((whole) => isBehind(whole, deltas))) await fetched(points, false, Math.min(maxAgeMs, behindMs));
  }

  /** Other keys of the authority that may sign its lists, after asking about them: they must be known to be good first. */
  async #otherSigners(step: Step, before: readonly string[]): Promise<readonly Certificate[]> {
    const { certificate, issuer } = step;
    const { signers } = this.#teller();
    const listed = this.#population.revocation.indirectLists === true ? certificate.distributionPoints : [];
    const names = listed.flatMap(({ crlIssuer }) =>
      (crlIssuer ?? []).flatMap((each) => (each.kind === 'directory' ? [each.name] : [])),
    );
    const others = [certificate.issuer, ...names].flatMap((name) => signers.othersNamed(name, issuer));
    const waiting = [...before, keyOf(step)];
    const found: Certificate[] = [];
    for (const other of others.slice(0, mostSigners)) {
      const steps = [...signers.pathsOf(other)].flatMap(stepsOf).filter((each) => !waiting.includes(keyOf(each)));
      for (const each of steps) await this.#ask(each, waiting);
      if (this.#teller().signers.isValid(other, certificate)) found.push(other);
    }
    return found;
  }
}

const allowed = (points: readonly StatusPoint[]): readonly StatusPoint[] => points.filter((point) => point.allowed);

/** Whether a delta list begins from a whole list that came after this one. */
const isBehind = ({ number }: Crl, deltas: readonly Crl[]): boolean =>
  deltas.some(({ deltaOf }) => deltaOf !== undefined && number !== undefined && numberOf(deltaOf) > numberOf(number));
