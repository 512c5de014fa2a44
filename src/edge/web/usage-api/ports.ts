// What the reports of use need from the wiring.
import type { Clock } from '../../../base/clock.ts';
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { IssuedTicket, UsageReporter } from '../../../core/audit/usage/index.ts';

export type Caller =
  | {
      readonly ok: true;
      readonly reporter: UsageReporter;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly answer: HttpResponse };

export interface UsagePorts {
  readonly clock: Clock;
  /** Which application calls, by a ticket of its own; or the refusal. */
  caller(request: HttpRequest): Promise<Caller>;
  tickets(ids: readonly string[]): Promise<ReadonlyMap<string, IssuedTicket>>;
  /** Keeps what is new, with the other records; answers the ids that were. */
  keep(
    application: string,
    uses: readonly { readonly id: string; readonly record: AuditRecord }[],
    others: readonly AuditRecord[],
    now: number,
  ): Promise<ReadonlySet<string>>;
  subjectOf(value: string): string;
}
