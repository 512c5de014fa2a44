// Keeps OCSP answers that counted: one question at a time for each certificate, renewed at half life, never past their time.
import type { Clock } from '../../base/clock.ts';
import { type Certificate, readOcspResponse, writeOcspRequest } from '../../base/x509/index.ts';
import { freshness } from './freshness.ts';
import type { GivenOcsp } from './pkix/index.ts';
import type { OcspSource } from './ports.ts';
import { type OcspState, ocspKey, statusOfAnswers, timesOf } from './responders.ts';

interface Entry {
  readonly url: string;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  held?: { readonly given: GivenOcsp; readonly isRevoked: boolean; readonly thisUpdate: number; nextUpdate: number };
  failure?: { readonly at: number; readonly reason: string } | undefined;
  asking?: Promise<void> | undefined;
}

const defaultRetryMs = 30_000;
const mostAnswers = 10_000;
const mostDown = 64;
const nonceOctets = 32;

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
    const entry = this.#entry(url, certificate, issuer);
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

  /** The latest of what went wrong with this question and with its responder. */
  #failureOf({ url, failure }: Entry) {
    const down = this.#down.get(url);
    return down !== undefined && (failure === undefined || failure.at < down.at) ? down : failure;
  }

  #entry(url: string, certificate: Certificate, issuer: Certificate): Entry {
    const key = ocspKey(url, certificate, issuer);
    const entry = this.#entries.get(key) ?? { url, certificate, issuer };
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
    const reason = this.#keep(entry, answer.der, nonce, at);
    entry.failure = reason === undefined ? undefined : { at, reason };
  }

  // Only an answer that counts takes the place of another, and never an older one: plain HTTP lets anybody answer.
  #keep(entry: Entry, der: Buffer, nonce: Buffer, at: number): string | undefined {
    const { held, certificate, issuer } = entry;
    const reading = readOcspResponse(der);
    if (!reading.ok) return reading.reason;
    const given: GivenOcsp = { response: reading.response, fetchedAt: at, nonce: nonce.toString('hex') };
    const status = statusOfAnswers({ certificate, issuer, now: at }, [given]);
    if (status.kind === 'unknown') return status.because;
    const times = timesOf(given, certificate, issuer);
    if (held !== undefined && times.thisUpdate < held.thisUpdate) return 'ocspOlder';
    entry.held = { given, isRevoked: status.kind === 'revoked', ...times };
    return undefined;
  }
}
