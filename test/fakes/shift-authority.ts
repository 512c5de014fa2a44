// An authority for tests of devices: one order one certificate, and its moods.
import { Problem } from '../../src/base/problem.ts';
import type { CertificateIssuer, CertificateWish } from '../../src/core/ordering/index.ts';
import { certificateFor } from './certificates.ts';

export class ShiftAuthority {
  /** `lost`: it makes the certificate, and its answer does not come. */
  answer: 'issue' | 'lost' | 'refuse' = 'issue';
  readonly asked: CertificateWish[] = [];
  /** What it was told to revoke, and why. */
  readonly told: string[] = [];
  readonly made = new Map<string, Uint8Array>();

  readonly issuer: CertificateIssuer = {
    submit: async (wish) => {
      this.asked.push(wish);
      if (this.answer === 'refuse') return { kind: 'refused', reason: 'the login is too old' };
      const der = this.made.get(wish.order) ?? certificateFor(Buffer.from(wish.request), wish.notAfter);
      this.made.set(wish.order, der);
      if (this.answer === 'lost') throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'away' });
      return { kind: 'issued', certificate: der };
    },
    revoke: async (serial, why) => {
      this.told.push(`${serial} ${why}`);
      return { kind: 'done' };
    },
    release: async () => ({ kind: 'done' }),
  };
}
