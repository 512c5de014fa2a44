// Details as they came: an object or an array, bounded, each of a known type and in its form. Never throws.
import { isJsonObject, type JsonObject, type JsonValue } from '../../base/jose/index.ts';
import { parse, pathText, type SchemaData, type SchemaFault, schemaData } from '../../base/schema/index.ts';
import type { Detail, DetailType } from './detail-type.ts';
import type { FaultCode, FoundFault } from './fault.ts';
import { detailTypes } from './registry.ts';

export type DetailsReading =
  | { readonly ok: true; readonly details: readonly Detail[] }
  | { readonly ok: false; readonly fault: FoundFault };

export const mostDetailBytes = 16_384;
export const mostDetails = 10;
export const greatestDetailDepth = 10;

/** Reads the value of `authorization_details` or `assertion_details` (RFC 9396 2; HelseID sends one alone as an object). */
export function readDetails(value: JsonValue | undefined, types = detailTypes): DetailsReading {
  if (value === undefined) return { ok: true, details: [] };
  const elements: readonly JsonValue[] = Array.isArray(value) ? value : [value as JsonValue];
  if (elements.length === 0) return no('details.list', 'HID-1007', 'the list of details is empty');
  if (elements.length > mostDetails) return no('details.bounds', 'HID-1007', `at most ${mostDetails} details are read`);
  if (isDeeper(value, greatestDetailDepth))
    return no('details.bounds', 'HID-1007', `details are nested more than ${greatestDetailDepth} levels deep`);
  if (Buffer.byteLength(JSON.stringify(value)) > mostDetailBytes)
    return no('details.bounds', 'HID-1007', `details are larger than ${mostDetailBytes} bytes`);
  const details: Detail[] = [];
  for (const [index, element] of elements.entries()) {
    const reading = readOne(element, index, types);
    if ('code' in reading) return { ok: false, fault: reading };
    if (details.some(({ type }) => type === reading.type))
      return no('details.once', 'HID-1007', `${reading.type.type} is there twice`);
    details.push(reading);
  }
  return { ok: true, details };
}

function readOne(element: JsonValue, index: number, types: readonly DetailType[]): Detail | FoundFault {
  const name = isJsonObject(element) ? element.type : undefined;
  const type = types.find((each) => each.type === name);
  if (!isJsonObject(element) || typeof name !== 'string')
    return found('details.type', 'HID-1007', `detail ${index} is not an object with a type`);
  if (type === undefined) return found('details.type', 'HID-1007', `the type of detail ${index} is not known`);
  const strangers: string[] = [];
  const known = withoutStrangers(schemaData(type.schema), element, '', strangers);
  const parsed = parse(type.schema, known);
  if (parsed.ok) return { type, details: parsed.value, strangers };
  const [problem] = parsed.problems;
  const where = problem === undefined ? '' : `: ${pathText(problem.path)} ${words[problem.fault]}`;
  return found('details.form', type.malformed, `${type.type}${where}`);
}

/** What is wrong, without the value: a detail may say something about a patient. */
const words: Readonly<Record<SchemaFault, string>> = {
  missing: 'is missing',
  unknown: 'is not known',
  type: 'is of another kind than specified',
  notAllowed: 'is not one of the specified values',
  pattern: 'does not have the specified form',
  tooShort: 'is too short',
  tooLong: 'is too long',
  tooSmall: 'is too small',
  tooLarge: 'is too large',
  tooMany: 'has too many items',
  tooFew: 'has too few items',
  repeated: 'is there twice',
};

/** The value with the members that the schema names alone; where others stood is noted by the member above them. */
function withoutStrangers(schema: SchemaData, value: JsonValue, path: string, strangers: string[]): JsonValue {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? value
      : value.map((item: JsonValue, at) => withoutStrangers(items, item, `${path}[${at}]`, strangers));
  }
  if (!isJsonObject(value) || schema.properties === undefined) return value;
  const kept: Record<string, JsonValue> = {};
  for (const [name, own] of Object.entries(value as JsonObject)) {
    const member = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (member === undefined) strangers.push(path === '' ? 'the detail itself' : path);
    // A client library may write absent members as null.
    else if (own !== undefined && own !== null)
      kept[name] = withoutStrangers(member, own, path === '' ? name : `${path}.${name}`, strangers);
  }
  return kept;
}

function isDeeper(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isDeeper(member, levels - 1));
}

const found = (check: string, code: FaultCode, text: string): FoundFault => ({ check, code, text });
const no = (check: string, code: FaultCode, text: string): DetailsReading => ({
  ok: false,
  fault: found(check, code, text),
});
