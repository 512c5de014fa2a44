// Keeps OCSP answers that counted: one question at a time for each certificate, renewed at half life, never past their time.
import type { Clock } from '../../base/clock.ts';
import { type Certificate, type OcspResponse, readOcspResponse, writeOcspRequest } from '../../base/x509/index.ts';
import { freshness } from './freshness.ts';
import type { GivenOcsp } from './pkix/index.ts';
import type { OcspSource } from './ports.ts';
import { type OcspState, ocspKey, statusOfAnswers, timesOf } from './responders.ts';

/** What a responder is asked. */
export interface AskedStatus {
  readonly url: string;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

interface Entry extends AskedStatus {
  held?: { readonly given: GivenOcsp; readonly isRevoked: boolean; readonly thisUpdate: number; nextUpdate: number };
  failure?: { readonly at: number; readonly reason: string } | undefined;
  asking?: Promise<void> | undefined;
}

const defaultRetryMs = 30_000;
const mostAnswers = 10_000;
const mostDown = 64;
const nonceOctets = 32;

const isSame = (one: OcspResponse, other: OcspResponse): boolean =>
  one.signed.equals(other.signed) && one.signature.equals(other.signature);

/** The OCSP answers of one hub process. They live for minutes, so no other process is told of them. */
export class OcspCache {
  readonly #source: OcspSource;
  readonly #clock: Clock;
  readonly #random: (octets: number) => Buffer;
  readonly #retryMs: number;
  readonly #entries = new Map<string, Entry>();
  /** Responders that could not be reached, so that a dead one does not hold up the card of everybody. */
  readonly #down = new Map<string, { readonly at: number; readonly reason: string }>();

  constructor(given: { source: OcspSource; clock: Clock; random: (octets: number) => Buffer; retryMs?: number }) {
    this.#source = given.source;
    this.#clock = given.clock;
    this.#random = given.random;
    this.#retryMs = given.retryMs ?? defaultRetryMs;
  }

  /**
   * What the responder at `url` says of the certificate, asked at most `maxAgeMs` ago; when it cannot be reached, an
   * older answer that is still before its nextUpdate. Only call it for a url that `ocspPoints` allows.
   */
  async answerFor(url: string, certificate: Certificate, issuer: Certificate, maxAgeMs: number): Promise<OcspState> {
    const entry = this.#entry({ url, certificate, issuer });
    const { held } = entry;
    const verdict = freshness(
      {
        list: held && { ...held, fetchedAt: held.given.fetchedAt },
        failedAt: this.#failureOf(entry)?.at,
      },
      this.#clock(),
      { maxAgeMs, retryMs: this.#retryMs },
    );
    if (verdict === 'renew') await this.#renew(entry);
    if (verdict === 'useAndRenew') void this.#renew(entry);
    if (entry.held !== undefined && this.#clock() < entry.held.nextUpdate) return { ok: true, given: entry.held.given };
    const reason = this.#failureOf(entry)?.reason ?? 'ocspExpired';
    return { ok: false, reason, wasRevoked: entry.held?.isRevoked };
  }

  /**
   * Takes an answer that came without having been asked for (stapled), as what the responder would have said. It has no
   * nonce of ours, so when it was signed counts as when it was had: not longer ago than `maxAgeMs`, and after the answer
   * at hand, so that nothing is played back.
   */
  adopt(asked: AskedStatus, der: Buffer, maxAgeMs: number): OcspState {
    const entry = this.#entry(asked);
    const reading = readOcspResponse(der);
    if (!reading.ok) return reading;
    const now = this.#clock();
    const { response } = reading;
    const given: GivenOcsp = { response, fetchedAt: Math.min(response.producedAt, now) };
    const { held } = entry;
    if (held !== undefined && isSame(held.given.response, response) && now < held.nextUpdate)
      return { ok: true, given: held.given };
    if (now - given.fetchedAt > maxAgeMs) return { ok: false, reason: 'ocspNotRecent' };
    if (held !== undefined && given.fetchedAt <= held.given.fetchedAt) return { ok: false, reason: 'ocspOlder' };
    const reason = this.#keep(entry, given, now);
    if (reason !== undefined) return { ok: false, reason };
    entry.failure = undefined;
    return { ok: true, given };
  }

  /** The latest of what went wrong with this question and with its responder. */
  #failureOf({ url, failure }: Entry) {
    const down = this.#down.get(url);
    return down !== undefined && (failure === undefined || failure.at < down.at) ? down : failure;
  }

  #entry(asked: AskedStatus): Entry {
    const key = ocspKey(asked.url, asked.certificate, asked.issuer);
    const entry = this.#entries.get(key) ?? { ...asked };
    this.#entries.delete(key);
    this.#entries.set(key, entry); // newest use last, so the first one is the one to drop
    for (const [oldest] of this.#entries) {
      if (this.#entries.size <= mostAnswers) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }

  // Several logins with the same card, or under the same authority, wait for one answer.
  async #renew(entry: Entry): Promise<void> {
    entry.asking ??= this.#ask(entry).finally(() => {
      entry.asking = undefined;
    });
    await entry.asking;
  }

  async #ask(entry: Entry): Promise<void> {
    const { url, certificate, issuer } = entry;
    const nonce = this.#random(nonceOctets);
    const answer = await this.#source
      .ask(url, writeOcspRequest({ certificate, issuer, nonce }))
      .catch(() => ({ kind: 'failed', reason: 'ocspUnreachable' }) as const);
    const at = this.#clock();
    this.#down.delete(url);
    if (answer.kind === 'failed') {
      entry.failure = { at, reason: answer.reason };
      if (this.#down.size < mostDown && (answer.reason === 'ocspUnreachable' || answer.reason === 'ocspTimeout'))
        this.#down.set(url, entry.failure);
      return;
    }
    const reading = readOcspResponse(answer.der);
    const reason = reading.ok
      ? this.#keep(entry, { response: reading.response, fetchedAt: at, nonce: nonce.toString('hex') }, at)
      : reading.reason;
    entry.failure = reason === undefined ? undefined : { at, reason };
  }

  // Only an answer that counts takes the place of another, and never an older one: plain HTTP lets anybody answer.
  #keep(entry: Entry, given: GivenOcsp, now: number): string | undefined {
    const { held, certificate, issuer } = entry;
    const status = statusOfAnswers({ certificate, issuer, now }, [given]);
    if (status.kind === 'unknown') return status.because;
    const times = timesOf(given, certificate, issuer);
    if (held !== undefined && times.thisUpdate < held.thisUpdate) return 'ocspOlder';
    entry.held = { given, isRevoked: status.kind === 'revoked', ...times };
    return undefined;
  }
}
