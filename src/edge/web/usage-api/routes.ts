// The route of reported uses: rows in, a word for each row out.
import { type HttpRequest, type HttpResponse, json, type Route, singleHeader } from '../../../base/http/index.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import {
  judgeUsage,
  readUsage,
  type UsageFacts,
  type UsageFault,
  usageLimits,
  usageRecord,
} from '../../../core/audit/usage/index.ts';
import type { UsagePorts } from './ports.ts';

export const usagePath = '/api/usage-events';

export const usageRoutes = (ports: UsagePorts): readonly Route[] => [
  {
    method: 'POST',
    path: usagePath,
    maxBodyBytes: usageLimits.bodyBytes,
    handle: (request) => report(ports, request),
  },
];

interface Row {
  /** From 1; lines of NDJSON that hold nothing are counted too. */
  readonly row: number;
  readonly id?: string | undefined;
  readonly status: 'stored' | 'repeated' | 'refused';
  readonly error?: UsageFault | undefined;
}

const single = /^application\/(?:fhir\+)?json$/;
const many = /^application\/(?:x-ndjson|ndjson|fhir\+ndjson)$/;

async function report(ports: UsagePorts, request: HttpRequest): Promise<HttpResponse> {
  const caller = await ports.caller(request);
  if (!caller.ok) return caller.answer;
  const said = (answer: HttpResponse): HttpResponse => ({
    ...answer,
    headers: { ...answer.headers, ...caller.headers },
  });
  const type = singleHeader(request, 'content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!single.test(type) && !many.test(type))
    return said(
      problem(
        415,
        'usage.contentType',
        'send application/fhir+json for one event, or application/fhir+ndjson for one on each line',
      ),
    );
  const text = new TextDecoder('utf-8', { fatal: false }).decode(request.body);
  const lines = single.test(type) ? [text] : text.split('\n');
  const rows = lines.flatMap((line, at) => (line.trim() === '' ? [] : [{ row: at + 1, read: readUsage(line) }]));
  if (rows.length === 0) return said(problem(400, 'usage.empty', 'there is no event in the body'));
  if (rows.length > usageLimits.events)
    return said(problem(413, 'usage.tooMany', `send at most ${usageLimits.events} events at a time`));

  const { reporter } = caller;
  const now = ports.clock();
  const named = rows.flatMap(({ read }) => (read.ok ? [read.report.ticket] : []));
  const tickets = await ports.tickets([...new Set(named)]);
  const results: Row[] = [];
  const uses = new Map<string, { readonly row: number; readonly record: AuditRecord }>();
  for (const { row, read } of rows) {
    if (!read.ok) {
      results.push({ row, id: read.id, status: 'refused', error: read.fault });
      continue;
    }
    const { id, ticket } = read.report;
    const facts: UsageFacts = { report: read.report, ticket: tickets.get(ticket), reporter, now };
    const fault = judgeUsage(facts);
    if (fault !== undefined) results.push({ row, id, status: 'refused', error: fault });
    else if (uses.has(id)) results.push({ row, id, status: 'repeated' });
    else uses.set(id, { row, record: usageRecord(facts, ports.subjectOf) });
  }
  const refused = results.filter(({ status }) => status === 'refused');
  const kept = await ports.keep(
    reporter.application,
    [...uses].map(([id, { record }]) => ({ id, record })),
    refused.length === 0 ? [] : [refusal(reporter.application, refused, now)],
    now,
  );
  for (const [id, { row }] of uses) results.push({ row, id, status: kept.has(id) ? 'stored' : 'repeated' });
  results.sort((a, b) => a.row - b.row);
  const count = (status: Row['status']): number => results.filter((each) => each.status === status).length;
  const counts = { stored: count('stored'), repeated: count('repeated'), refused: count('refused') };
  // What was wholly refused is no success (RFC 9110 15.5.21); a part of it is told by row.
  if (counts.refused === results.length)
    return said(problem(422, 'usage.refused', 'no event was taken; each row says why', { ...counts, results }));
  return said(json(200, { ...counts, results }));
}

/** One event for all that was refused of a request: codes and counts, nothing of what was sent. */
function refusal(application: string, refused: readonly Row[], at: number): AuditRecord {
  const codes: Record<string, number> = {};
  for (const { error } of refused) if (error) codes[error.code] = (codes[error.code] ?? 0) + 1;
  return { kind: 'usage.refused', at, outcome: 'refused', application, body: { rows: refused.length, faults: codes } };
}

/** RFC 9457. */
const problem = (status: number, code: string, detail: string, more: object = {}): HttpResponse =>
  json(status, { title: detail, status, code, ...more }, 'application/problem+json');
