// Keeps verified revocation lists at hand: one fetch at a time for each, renewed at half life, never stale, never rolled back.
import type { Clock } from '../../base/clock.ts';
import { type Certificate, type Crl, readCrl } from '../../base/x509/index.ts';
import { type FreshnessLimits, freshness, halfLife } from './freshness.ts';
import type { CrlSource, CrlStore, StoredCrl } from './ports.ts';
import { type CrlFailure, type CrlState, crlKey, deltaKey, isSignedBy } from './revocation.ts';

/** A list that somebody needs. */
export interface WantedList {
  /** One that `crlPoints` or `deltaPoints` allows. */
  readonly url: string;
  /** Whose certificates it is about. */
  readonly issuer: Certificate;
  /** The issuer, and its other keys that are known to be good: only a list that one of them signed is kept. */
  readonly signers: readonly Certificate[];
  readonly isDelta?: boolean;
}

interface Entry extends WantedList {
  signers: readonly Certificate[];
  held?: (StoredCrl & { readonly crl: Crl }) | undefined;
  failure?: { readonly at: number; readonly reason: CrlFailure } | undefined;
  fetching?: Promise<void> | undefined;
  usedAt: number;
}

/** What is known of one list, for metrics, alarms and the warnings before it runs out. */
export interface CrlReport {
  readonly url: string;
  readonly isDelta: boolean;
  readonly issuer: Certificate;
  readonly thisUpdate: number | undefined;
  readonly nextUpdate: number | undefined;
  readonly fetchedAt: number | undefined;
  readonly entries: number | undefined;
  readonly failure: { readonly at: number; readonly reason: CrlFailure } | undefined;
}

const defaultRetryMs = 30_000;
const mostLists = 256;
/** Delta lists are made to be fetched often: a revocation in one is seen within a minute. */
const deltaMaxAgeMs = 60_000;
/** A list that no login has asked for in this time is no longer renewed. */
const forgetMs = 24 * 3_600_000;

const keyOf = ({ url, issuer, isDelta }: WantedList): string => (isDelta ? deltaKey : crlKey)(url, issuer);

/** Why a list may not be kept. One that is held gives way to an older one only when its signer may not sign any more. */
function faultOf(crl: Crl, { signers, isDelta, held }: Entry): CrlFailure | undefined {
  const isSigned = (list: Crl): boolean => signers.some((signer) => isSignedBy(list, signer));
  if (!isSigned(crl)) return 'crlWrongIssuer';
  if ((crl.deltaOf !== undefined) !== (isDelta === true)) return 'crlWrongKind';
  return held !== undefined && crl.thisUpdate < held.crl.thisUpdate && isSigned(held.crl) ? 'crlStale' : undefined;
}

/** The revocation lists of one hub process. */
export class RevocationCache {
  readonly #source: CrlSource;
  readonly #store: CrlStore | undefined;
  readonly #clock: Clock;
  readonly #retryMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(given: { source: CrlSource; store?: CrlStore; clock: Clock; retryMs?: number }) {
    this.#source = given.source;
    this.#store = given.store;
    this.#clock = given.clock;
    this.#retryMs = given.retryMs ?? defaultRetryMs;
  }

  /**
   * The list that is wanted, confirmed by its source at most `maxAgeMs` ago (a delta list, a minute ago); when the source
   * cannot be reached, an older copy that is still before its nextUpdate.
   */
  async listFor(wanted: WantedList, maxAgeMs: number): Promise<CrlState> {
    const entry = this.#entry(wanted);
    const limits = { maxAgeMs: entry.isDelta ? Math.min(maxAgeMs, deltaMaxAgeMs) : maxAgeMs, retryMs: this.#retryMs };
    let verdict = this.#verdict(entry, limits);
    if (verdict === 'renew' && entry.fetching === undefined) {
      await this.#adoptStored(entry);
      verdict = this.#verdict(entry, limits);
    }
    if (verdict === 'renew') await this.#renew(entry);
    if (verdict === 'useAndRenew') void this.#renew(entry);
    const now = this.#clock();
    if (entry.held !== undefined && now < entry.held.crl.nextUpdate)
      return { ok: true, crl: entry.held.crl, fetchedAt: entry.held.fetchedAt };
    const reason = entry.failure?.reason ?? (entry.held === undefined ? 'crlNotFetched' : 'crlStale');
    return { ok: false, reason, ...(entry.held === undefined ? {} : { last: entry.held.crl }) };
  }

  /**
   * Renews every list that is in use and past half its life, and every delta list that is half a minute old, so that
   * logins seldom wait. The wiring calls it about once a minute; answers how many were tried.
   */
  async renewDue(): Promise<number> {
    const now = this.#clock();
    const isDue = ({ held, isDelta }: Entry): boolean =>
      held !== undefined &&
      (now >= halfLife(held.crl) || (isDelta === true && now - held.fetchedAt >= deltaMaxAgeMs / 2));
    const due = [...this.#entries.values()].filter(
      (entry) =>
        isDue(entry) &&
        now - entry.usedAt < forgetMs &&
        !(entry.failure !== undefined && now - entry.failure.at < this.#retryMs),
    );
    // Delta lists are small and wait for nobody; whole ones one after the other, for they may be large.
    await Promise.all(due.filter(({ isDelta }) => isDelta).map((entry) => this.#renew(entry)));
    for (const entry of due) if (!entry.isDelta) await this.#renew(entry);
    return due.length;
  }

  /** Every list that is known, for health and warnings. */
  reports(): readonly CrlReport[] {
    return [...this.#entries.values()].map(({ url, issuer, isDelta, held, failure }) => ({
      url,
      isDelta: isDelta === true,
      issuer,
      thisUpdate: held?.crl.thisUpdate,
      nextUpdate: held?.crl.nextUpdate,
      fetchedAt: held?.fetchedAt,
      entries: held?.crl.entries,
      failure,
    }));
  }

  #entry(wanted: WantedList): Entry {
    const key = keyOf(wanted);
    const entry = this.#entries.get(key) ?? { ...wanted, usedAt: 0 };
    entry.signers = wanted.signers;
    entry.usedAt = this.#clock();
    this.#entries.delete(key);
    this.#entries.set(key, entry); // newest use last, so the first one is the one to drop
    for (const [oldest] of this.#entries) {
      if (this.#entries.size <= mostLists) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }

  #verdict({ held, failure }: Entry, limits: FreshnessLimits) {
    const list = held && {
      thisUpdate: held.crl.thisUpdate,
      nextUpdate: held.crl.nextUpdate,
      fetchedAt: held.fetchedAt,
    };
    return freshness({ list, failedAt: failure?.at }, this.#clock(), limits);
  }

  // Several logins that need the same list wait for one fetch.
  async #renew(entry: Entry): Promise<void> {
    entry.fetching ??= this.#fetch(entry).finally(() => {
      entry.fetching = undefined;
    });
    await entry.fetching;
  }

  async #fetch(entry: Entry): Promise<void> {
    const { held } = entry;
    const answer = await this.#source
      .fetch(entry.url, held ?? {})
      .catch(() => ({ kind: 'failed', reason: 'crlUnreachable' }) as const);
    const at = this.#clock();
    if (answer.kind === 'failed') {
      entry.failure = { at, reason: answer.reason };
      return;
    }
    if (answer.kind === 'notModified') {
      if (held === undefined) entry.failure = { at, reason: 'crlStatus' };
      else await this.#keep(entry, { ...held, fetchedAt: at }, true);
      return;
    }
    await this.#keep(
      entry,
      { der: answer.der, fetchedAt: at, etag: answer.etag, lastModified: answer.lastModified },
      true,
    );
  }

  async #adoptStored(entry: Entry): Promise<void> {
    const stored = await this.#store?.load(keyOf(entry)).catch(() => undefined);
    // The future is no time to have fetched anything: such a copy would look fresh for ever.
    if (stored === undefined || stored.fetchedAt > this.#clock() || stored.fetchedAt <= (entry.held?.fetchedAt ?? 0))
      return;
    await this.#keep(entry, stored, false);
  }

  // Only a list that verifies takes the place of another, and never an older one: plain HTTP lets anybody replay a
  // list from before a revocation, or send a forged one.
  async #keep(entry: Entry, stored: StoredCrl, isNews: boolean): Promise<void> {
    const { held } = entry;
    const reading = held?.der.equals(stored.der) ? ({ ok: true, crl: held.crl } as const) : readCrl(stored.der);
    const reason = reading.ok ? faultOf(reading.crl, entry) : reading.reason;
    if (!reading.ok || reason !== undefined) {
      if (isNews && reason !== undefined) entry.failure = { at: stored.fetchedAt, reason };
      return;
    }
    entry.held = { ...stored, crl: reading.crl };
    entry.failure = undefined;
    if (isNews) await this.#store?.save(keyOf(entry), stored).catch(() => undefined);
  }
}
