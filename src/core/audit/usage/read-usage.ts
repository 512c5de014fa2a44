// Reads one FHIR AuditEvent as an application sends it: the few members that the trail takes, and what is wrong with the rest.
import type { EpochMs } from '../../../base/clock.ts';

/** One use of a ticket, as it was reported. */
export interface UsageReport {
  /** The application's own id of the event: the same one is kept once. */
  readonly id: string;
  /** `jti` of the access token, or ID of the assertion. */
  readonly ticket: string;
  /** FHIR's code: create, read, update, delete, execute. */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
  readonly recorded: EpochMs;
  readonly succeeded: boolean;
  /** Whom it was about, in the clear: it is hashed before it is kept. */
  readonly about: string | undefined;
  /** What was used: references of FHIR such as `Observation/17`, or a type of resource alone. */
  readonly what: readonly string[];
  /** Codes of what happened and why, without their texts. */
  readonly codes: readonly string[];
  readonly purposes: readonly string[];
}

/** `code` is stable; `at` is the place as FHIRPath; `message` says what to send instead. */
export interface UsageFault {
  readonly code:
    | 'usage.json'
    | 'usage.tooLarge'
    | 'usage.resourceType'
    | 'usage.id'
    | 'usage.ticket'
    | 'usage.action'
    | 'usage.recorded'
    | 'usage.outcome'
    | 'usage.entity'
    | 'usage.unknownTicket'
    | 'usage.time';
  readonly at: string;
  readonly message: string;
}

export type ReadUsage =
  | { readonly ok: true; readonly report: UsageReport }
  /** `id`: the event's own, where it could be read, so that its sender finds it. */
  | { readonly ok: false; readonly fault: UsageFault; readonly id?: string | undefined };

export const usageLimits = { eventBytes: 16_384, bodyBytes: 1_048_576, events: 1000, entities: 20 } as const;

type Members = Readonly<Record<string, unknown>>;
const members = (value: unknown): Members | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown, most = 300): string | undefined =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  value.length <= most &&
  !/\p{Cc}/u.test(value) &&
  value.isWellFormed()
    ? value
    : undefined;

const fault = (code: UsageFault['code'], at: string, message: string, id?: string): ReadUsage => ({
  ok: false,
  fault: { code, at, message },
  ...(id === undefined ? {} : { id }),
});

/** FHIR R4 2.24.0.1: the types `id` and `instant`. */
const fhirId = /^[A-Za-z0-9.-]{1,64}$/;
const fhirInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const actions = ['C', 'R', 'U', 'D', 'E'] as const;

/** Reads the text of one event. Never throws. */
export function readUsage(text: string): ReadUsage {
  if (Buffer.byteLength(text) > usageLimits.eventBytes)
    return fault('usage.tooLarge', 'AuditEvent', `an event has at most ${usageLimits.eventBytes} bytes`);
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return fault('usage.json', 'AuditEvent', 'this is no JSON: send one AuditEvent, or one on each line');
  }
  const event = members(given);
  if (event?.['resourceType'] !== 'AuditEvent')
    return fault('usage.resourceType', 'AuditEvent.resourceType', 'resourceType must be AuditEvent');
  const id = textOf(event['id'], 64);
  if (id === undefined || !fhirId.test(id))
    return fault(
      'usage.id',
      'AuditEvent.id',
      'id must be there: 1 to 64 of A-Z a-z 0-9 . -, the same when it is sent again',
    );
  const requestor = list(event['agent'])
    .map(members)
    .find((agent) => agent?.['requestor'] === true);
  const ticket = textOf(list(requestor?.['policy'])[0], 200);
  if (ticket === undefined)
    return fault(
      'usage.ticket',
      'AuditEvent.agent.policy',
      'the agent with requestor true must have the ticket’s id (jti or assertion ID) as its first policy',
      id,
    );
  const action = actions.find((one) => one === event['action']);
  if (action === undefined)
    return fault('usage.action', 'AuditEvent.action', 'action must be one of C, R, U, D, E', id);
  const recordedText = textOf(event['recorded'], 40) ?? '';
  const recorded = fhirInstant.test(recordedText) ? Date.parse(recordedText) : Number.NaN;
  if (Number.isNaN(recorded))
    return fault(
      'usage.recorded',
      'AuditEvent.recorded',
      'recorded must be an instant with a zone, as 2026-11-30T08:15:00Z',
      id,
    );
  const succeeded = outcomeOf(event['outcome']);
  if (succeeded === undefined)
    return fault(
      'usage.outcome',
      'AuditEvent.outcome',
      'outcome must be 0, 4, 8 or 12 (R4), or an object with such a code or an IssueSeverity (R5)',
      id,
    );
  const entities = list(event['entity']).map(members);
  if (entities.length > usageLimits.entities || entities.includes(undefined))
    return fault(
      'usage.entity',
      'AuditEvent.entity',
      `entity is a list of at most ${usageLimits.entities} objects`,
      id,
    );
  const patients = entities.filter(isPatient);
  const about = patients.map(subjectIn);
  if (about.length > 1 || about.includes(undefined))
    return fault(
      'usage.entity',
      'AuditEvent.entity.what',
      'name one patient at most, by what.identifier.value or what.reference; send an event for each',
      id,
    );
  const subtypes = [event['type'], event['code'], ...list(event['subtype'])];
  return {
    ok: true,
    report: {
      id,
      ticket,
      action,
      recorded,
      succeeded,
      about: about[0],
      what: entities.filter((entity) => !isPatient(entity)).flatMap((entity) => thingIn(entity) ?? []),
      codes: subtypes.flatMap(codesIn).slice(0, 10),
      purposes: [...list(event['purposeOfEvent']), ...list(event['authorization'])].flatMap(codesIn).slice(0, 10),
    },
  };
}

/** R4: a code, absent = success; R5: `{code: {code}}` by IssueSeverity or the same codes. */
function outcomeOf(value: unknown): boolean | undefined {
  const code = members(members(value)?.['code'])?.['code'] ?? value;
  if (code === undefined || code === '0' || code === 'success' || code === 'information') return true;
  return ['4', '8', '12', 'warning', 'error', 'fatal'].includes(String(code)) ? false : undefined;
}

/** AuditEvent.entity.role 1 is the patient (R4 and R5); a reference to a Patient says the same. */
function isPatient(entity: Members | undefined): boolean {
  const roles = [
    members(entity?.['role'])?.['code'],
    ...list(members(entity?.['role'])?.['coding']).map((each) => members(each)?.['code']),
  ];
  const reference = members(entity?.['what'])?.['reference'];
  return roles.includes('1') || (typeof reference === 'string' && /(?:^|\/)Patient\//.test(reference));
}

const subjectIn = (entity: Members | undefined): string | undefined => {
  const what = members(entity?.['what']);
  return textOf(members(what?.['identifier'])?.['value'], 100) ?? textOf(what?.['reference'], 200);
};

/** A reference, without what may be a person's number in it: then its type alone. */
function thingIn(entity: Members | undefined): string | undefined {
  const what = members(entity?.['what']);
  const reference = textOf(what?.['reference'], 200);
  const type = /^[A-Za-z]{1,60}/.exec(reference ?? textOf(what?.['type'], 60) ?? '')?.[0];
  return reference !== undefined &&
    /^[A-Za-z]{1,60}\/[A-Za-z0-9.-]{1,64}$/.test(reference) &&
    !/\d(?:[.-]?\d){7}/.test(reference)
    ? reference
    : type;
}

/** Codes of a Coding, or of the codings of a CodeableConcept; never a text. */
function codesIn(value: unknown): readonly string[] {
  const concept = members(value);
  return [concept, ...list(concept?.['coding']).map(members)].flatMap((coding) => {
    const code = textOf(coding?.['code'], 60);
    return code !== undefined && /^[\w.:-]+$/.test(code) && !/\d{8}/.test(code) ? [code] : [];
  });
}
