// What every endpoint does the same way: one instant, one catalogue, one reference; refusals leave a trace and become a page.
import type { EpochMs } from '../../../base/clock.ts';
import { newReference, type Random } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import type { CatalogueSnapshot, Issuer } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import type { ReasonCode } from '../../../wire/codes/index.ts';
import type { SamlChecks } from './checks.ts';
import type { SamlPage } from './paths.ts';
import type { SamlPorts } from './ports.ts';
import { refusedRecord, type SamlCommon, type SamlRefusal } from './records.ts';

/** What a handler works with: the ports and the lists of checks. */
export interface SamlContext {
  readonly ports: SamlPorts;
  readonly checks: SamlChecks;
}

export interface Call {
  readonly issuer: Issuer;
  readonly endpoint: SamlPage;
  readonly now: EpochMs;
  readonly catalogue: CatalogueSnapshot;
  readonly reference: string;
}

export function callOf({ ports }: SamlContext, issuer: Issuer, endpoint: SamlPage, reference = newReference()): Call {
  return { issuer, endpoint, now: ports.clock(), catalogue: ports.catalogue(), reference };
}

export const commonOf = (call: Call, application: string | undefined): SamlCommon => ({
  now: call.now,
  issuer: call.issuer.id,
  endpoint: call.endpoint,
  application,
  reference: call.reference,
});

/** An ID for one of our messages: 160 random bits in the form of an xs:ID (SAML Core 1.3.4). */
export const newMessageId = (random: Random): string => `_${random(20).toString('hex')}`;

/** Codes of the pages for refusals that nobody else can be told of. */
const reasons: Readonly<Record<string, ReasonCode>> = {
  'request.application': 'request.unknownApplication',
  'request.unsolicited': 'request.unknownApplication',
  'request.metadata': 'request.noMetadata',
  assertionConsumer: 'request.redirectUri',
  answerBinding: 'request.redirectUri',
  instant: 'request.expired',
  'request.resumed': 'request.expired',
  'request.once': 'request.expired',
};

/** The application's record says to read its metadata, and there is none to go by now. */
export const noMetadata = ({ because }: { readonly because: string }): SamlRefusal => ({
  check: 'request.metadata',
  because,
});

/** The refusal as a page of ours, with its reference; the trail says what it was. */
export async function refuseByPage(
  context: SamlContext,
  call: Call,
  application: string | undefined,
  refused: SamlRefusal,
): Promise<never> {
  const reason = reasons[refused.check] ?? 'request.malformed';
  await context.ports.commit(recordOnly([refusedRecord(commonOf(call, application), refused, { reason })]));
  throw pageProblem(reason, call.reference, `${refused.check}: ${refused.because}`);
}

export const pageProblem = (code: ReasonCode, reference: string, detail: string): Problem =>
  new Problem({ kind: 'invalid', code, public: { reference }, detail });
