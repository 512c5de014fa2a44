// Cards under a root and an issuing authority, and where their status is asked: lists and answers right by default, wrong as a test asks.

import {
  type ExtensionToWrite,
  readOcspRequest,
  type StapledOcsp,
  toPem,
  writeCrl,
  writeExtension,
} from '../../src/base/x509/index.ts';
import type { Population } from '../../src/core/catalogue/index.ts';
import {
  type CrlFetch,
  judgeCertificate,
  OcspCache,
  type OcspFetch,
  RevocationCache,
} from '../../src/core/trust/index.ts';
import { authority, now as begin, dayMs, type OcspWanted, ocspDer, type Party, person } from './pkix.ts';

export const statusUrls = {
  rootList: 'http://crl.example/root.crl',
  list: 'http://crl.example/issuing.crl',
  responder: 'http://ocsp.example/issuing',
};

const hourMs = 3_600_000;
const places = (list: string | undefined, ocsp: string | undefined) => [
  ...(list === undefined ? [] : [writeExtension.crlUrls([list])]),
  ...(ocsp === undefined ? [] : [writeExtension.authorityInfoAccess({ ocsp })]),
];

/** What is unlike in a list. */
export interface ListChange {
  readonly thisUpdate?: number;
  readonly nextUpdate?: number;
  readonly number?: number;
  readonly extensions?: readonly ExtensionToWrite[];
  /** Whose key signs it, in place of the issuer's own. */
  readonly signer?: Party;
  /** CRLReason of every entry. */
  readonly reason?: number;
  /** certificateIssuer of every entry, in a list of several issuers. */
  readonly entryOf?: ExtensionToWrite;
}

/** What a responder sends that answers the question it was asked: its nonce unless another is wanted. */
export type Answering = OcspWanted | OcspFetch | ((nonce: Buffer) => OcspFetch);

/** One hub's view of the cards' status. `asked` are the addresses that it went to, in order. */
export class CardStatusWorld {
  readonly root = authority('Root');
  /** The root runs no responder, as one that is kept offline. */
  readonly issuing = authority('Issuing', this.root, { extensions: places(statusUrls.rootList, undefined) });
  card: Party = this.cardWith(statusUrls.list, statusUrls.responder);
  now = begin;
  revocation: Population['revocation'] = { mode: 'crl', overrides: {}, allowedHosts: [] };
  asked: string[] = [];
  lists = new Map<string, CrlFetch>([
    [statusUrls.rootList, this.listOf(this.root)],
    [statusUrls.list, this.listOf(this.issuing)],
  ]);
  answering: Answering = {};
  /** What the administrator configured between anchor and card. */
  intermediates: readonly Party[] = [];
  readonly #clock = () => this.now;
  readonly caches = {
    cache: new RevocationCache({
      clock: this.#clock,
      source: {
        fetch: async (url) => {
          this.asked.push(url);
          return this.lists.get(url) ?? { kind: 'failed', reason: 'crlUnreachable' };
        },
      },
    }),
    responders: new OcspCache({
      clock: this.#clock,
      random: (octets) => {
        this.#nonces += 1;
        return Buffer.alloc(octets, this.#nonces);
      },
      source: { ask: (url, request) => this.#answer(url, request) },
    }),
  };
  #nonces = 0;

  cardWith(list: string | undefined, responder: string | undefined): Party {
    return person(this.issuing, { extensions: places(list, responder) });
  }

  listOf(by: Party, revoked: readonly Party[] = [], change: ListChange = {}): CrlFetch {
    const { number = 1, extensions = [], signer = by, reason = 0, entryOf, ...times } = change;
    const der = writeCrl(
      {
        issuer: by.name,
        thisUpdate: begin - 1_000,
        nextUpdate: begin + dayMs,
        revoked: revoked.map(({ certificate }) => ({
          ...{ serial: Buffer.from(certificate.serial, 'hex'), at: begin, reason },
          extensions: entryOf === undefined ? [] : [entryOf],
        })),
        extensions: [writeExtension.crlNumber(number), ...extensions],
        ...times,
      },
      signer.key,
    );
    return { kind: 'bytes', der };
  }

  async #answer(url: string, request: Buffer): Promise<OcspFetch> {
    this.asked.push(url);
    const reading = readOcspRequest(request);
    if (!reading.ok) throw new Error(reading.reason);
    const nonce = reading.request.nonce ?? Buffer.alloc(0);
    if (typeof this.answering === 'function') return this.answering(nonce);
    return 'kind' in this.answering ? this.answering : this.answer(nonce, this.answering);
  }

  answer(nonce: Buffer, wanted: OcspWanted = {}, about: Party = this.card): OcspFetch {
    const times = { thisUpdate: this.now - 1_000, producedAt: this.now, nextUpdate: this.now + hourMs };
    return { kind: 'bytes', der: ocspDer(about.certificate, this.issuing, { ...times, nonce, ...wanted }) };
  }

  judge(chain: readonly Party[] = [this.card, this.issuing], stapled?: StapledOcsp) {
    const population: Population = {
      id: 'cards',
      name: { en: 'Cards' },
      certificateClass: 'simple',
      anchors: [toPem(this.root.certificate.der)],
      intermediates: this.intermediates.map(({ certificate }) => toPem(certificate.der)),
      extendedKeyUsages: [],
      identifiers: [{ attribute: '2.5.4.3', pattern: 'custom', custom: '^(Anna Ek)$', namespace: 'staff' }],
      assurance: 'substantial',
      revocation: this.revocation,
    };
    return judgeCertificate(
      {
        ...this.caches,
        stapled,
        chain: chain.map(({ certificate }) => certificate.der),
        populations: [population],
        accepted: ['cards'],
        maxAgeMs: 900_000,
      },
      this.#clock,
    );
  }

  /** `good`, `grace`, or the code and what was said of the check that failed. */
  async outcome(chain?: readonly Party[], stapled?: StapledOcsp): Promise<string> {
    const decision = await this.judge(chain, stapled);
    if (decision.ok) return decision.grace === undefined ? 'good' : 'grace';
    return `${decision.code} ${decision.explanation.at(-1)?.because}`;
  }
}
