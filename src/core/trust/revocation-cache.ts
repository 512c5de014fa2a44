// Keeps verified revocation lists at hand: one fetch at a time for each, renewed at half life, never stale, never rolled back.
import type { Clock } from '../../base/clock.ts';
import { type Certificate, type Crl, readCrl } from '../../base/x509/index.ts';
import { type FreshnessLimits, freshness, halfLife } from './freshness.ts';
import type { CrlSource, CrlStore, StoredCrl } from './ports.ts';
import { type CrlFailure, type CrlState, crlKey, isSignedBy } from './revocation.ts';

interface Entry {
  readonly url: string;
  readonly issuer: Certificate;
  held?: (StoredCrl & { readonly crl: Crl }) | undefined;
  failure?: { readonly at: number; readonly reason: CrlFailure } | undefined;
  fetching?: Promise<void> | undefined;
  usedAt: number;
}

/** What is known of one list, for health pages and the warnings before it runs out. */
export interface CrlReport {
  readonly url: string;
  readonly issuer: Certificate;
  readonly thisUpdate: number | undefined;
  readonly nextUpdate: number | undefined;
  readonly fetchedAt: number | undefined;
  readonly entries: number | undefined;
  readonly failure: { readonly at: number; readonly reason: CrlFailure } | undefined;
}

const defaultRetryMs = 30_000;
const mostLists = 256;
/** A list that no login has asked for in this time is no longer renewed. */
const forgetMs = 24 * 3_600_000;

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
   * The list at `url` that `issuer` signed, confirmed by its source at most `maxAgeMs` ago; when the source cannot be
   * reached, an older copy that is still before its nextUpdate. Only call it for a url that `crlPoints` allows.
   */
  async listFor(url: string, issuer: Certificate, maxAgeMs: number): Promise<CrlState> {
    const entry = this.#entry(url, issuer);
    const limits = { maxAgeMs, retryMs: this.#retryMs };
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

  /** Renews every list that is in use and past half its life. The wiring calls it about once a minute; answers how many were tried. */
  async renewDue(): Promise<number> {
    const now = this.#clock();
    const due = [...this.#entries.values()].filter(
      ({ held, failure, usedAt }) =>
        held !== undefined &&
        now - usedAt < forgetMs &&
        now >= halfLife(held.crl) &&
        !(failure !== undefined && now - failure.at < this.#retryMs),
    );
    for (const entry of due) await this.#renew(entry);
    return due.length;
  }

  /** Every list that is known, for health and warnings. */
  reports(): readonly CrlReport[] {
    return [...this.#entries.values()].map(({ url, issuer, held, failure }) => ({
      url,
      issuer,
      thisUpdate: held?.crl.thisUpdate,
      nextUpdate: held?.crl.nextUpdate,
      fetchedAt: held?.fetchedAt,
      entries: held?.crl.entries,
      failure,
    }));
  }

  #entry(url: string, issuer: Certificate): Entry {
    const key = crlKey(url, issuer);
    const entry = this.#entries.get(key) ?? { url, issuer, usedAt: 0 };
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
    const stored = await this.#store?.load(crlKey(entry.url, entry.issuer)).catch(() => undefined);
    // The future is no time to have fetched anything: such a copy would look fresh for ever.
    if (stored === undefined || stored.fetchedAt > this.#clock() || stored.fetchedAt <= (entry.held?.fetchedAt ?? 0))
      return;
    await this.#keep(entry, stored, false);
  }

  // Only a list that verifies takes the place of another, and never an older one: plain HTTP lets anybody replay a
  // list from before a revocation, or send a forged one.
  async #keep(entry: Entry, stored: StoredCrl, isNews: boolean): Promise<void> {
    const { held, issuer, url } = entry;
    const reading = held?.der.equals(stored.der) ? ({ ok: true, crl: held.crl } as const) : readCrl(stored.der);
    const reason: CrlFailure | undefined = !reading.ok
      ? reading.reason
      : !isSignedBy(reading.crl, issuer)
        ? 'crlWrongIssuer'
        : held !== undefined && reading.crl.thisUpdate < held.crl.thisUpdate
          ? 'crlStale'
          : undefined;
    if (!reading.ok || reason !== undefined) {
      if (isNews && reason !== undefined) entry.failure = { at: stored.fetchedAt, reason };
      return;
    }
    entry.held = { ...stored, crl: reading.crl };
    entry.failure = undefined;
    if (isNews) await this.#store?.save(crlKey(url, issuer), stored).catch(() => undefined);
  }
}
