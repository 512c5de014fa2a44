// Reads what a request of the admin API asks: its query, conditions, key and document. Nothing here trusts a value's form.
import { createHash } from 'node:crypto';
import { type HttpRequest, headerCount, parseQuery, singleHeader } from '../../../base/http/index.ts';
import { type JsonObject, parseJsonObject } from '../../../base/jose/index.ts';
import { idPattern } from '../../../core/catalogue/index.ts';
import type { AdminSearch } from './ports.ts';

/** What was read, or why not: words for whoever wrote the request. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

const no = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });
const fine = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const usualLimit = 100;
export const mostLimit = 500;

const idForm = new RegExp(idPattern);

/** Ids as every kind has them: what is none names nothing. */
export const isId = (text: string): boolean => idForm.test(text);

/** Where a page ended, as an opaque text. */
export const cursorOf = (id: string): string => Buffer.from(`1 ${id}`, 'utf8').toString('base64url');

function afterOf(cursor: string): string | undefined {
  if (!/^[A-Za-z0-9_-]{1,400}$/.test(cursor)) return undefined;
  const [version, id = '', ...more] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  return version === '1' && more.length === 0 && isId(id) ? id : undefined;
}

/** The fields of a query, each once and of these names. */
export function readFields(request: HttpRequest, names: readonly string[]): Read<ReadonlyMap<string, string>> {
  const query = parseQuery(request.query);
  if (!query.ok) return no('the query is not well-formed');
  const { fields, duplicates } = query;
  if (duplicates.length > 0) return no(`${duplicates[0]} is there twice`);
  const unknown = [...fields.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined)
    return no(
      names.length === 0 ? 'there are no query parameters here' : `query parameters here are ${names.join(', ')}`,
    );
  return fine(fields);
}

/** How a list is narrowed. */
export function readSearch(request: HttpRequest, filters: readonly string[]): Read<AdminSearch> {
  const read = readFields(request, ['limit', 'cursor', 'q', ...filters]);
  if (!read.ok) return read;
  const { value: fields } = read;
  const limit = fields.get('limit') ?? String(usualLimit);
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > mostLimit) return no(`limit is a number from 1 to ${mostLimit}`);
  const cursor = fields.get('cursor');
  const after = cursor === undefined ? '' : afterOf(cursor);
  if (after === undefined) return no('cursor is not one that was given here: begin at the first page');
  const text = fields.get('q');
  if (text !== undefined && (text.length === 0 || text.length > 100 || !isPlain(text)))
    return no('q is a text of 1 to 100 characters');
  const organisation = fields.get('organisation');
  if (organisation !== undefined && !isId(organisation)) return no('organisation is the id of one');
  const state = fields.get('state');
  if (state !== undefined && state !== 'open' && state !== 'closed') return no('state is open or closed');
  return fine({
    limit: Number(limit),
    after,
    text,
    organisation,
    closed: state === undefined ? undefined : state === 'closed',
  });
}

const isPlain = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);

export function readDryRun(request: HttpRequest): Read<boolean> {
  const read = readFields(request, ['dryRun']);
  if (!read.ok) return read;
  const value = read.value.get('dryRun') ?? 'false';
  return value === 'true' || value === 'false' ? fine(value === 'true') : no('dryRun is true or false');
}

/** A list of strong ETags, or `*` (RFC 9110 13.1.1). Weak ones never match strongly: they name no version here. */
export function readTags(text: string): Read<readonly string[] | '*'> {
  if (text.trim() === '*') return fine('*');
  const tags = text.split(',').map((each) => each.trim());
  return tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag))
    ? fine(tags.filter((tag) => !tag.startsWith('W/')))
    : no('If-Match holds ETags in quotes, or *');
}

export interface Conditions {
  readonly ifMatch?: readonly string[] | '*' | undefined;
  readonly ifNoneMatch?: boolean | undefined;
}

/** The conditions of a write; undefined value: none was said. */
export function readConditions(request: HttpRequest): Read<Conditions | undefined> {
  const [match, none] = [headerCount(request, 'if-match'), headerCount(request, 'if-none-match')];
  if (match + none === 0) return fine(undefined);
  if (match + none > 1) return no('send one of If-Match and If-None-Match, once');
  if (none === 1)
    return singleHeader(request, 'if-none-match')?.trim() === '*'
      ? fine({ ifNoneMatch: true })
      : no('If-None-Match on a write is *');
  const tags = readTags(singleHeader(request, 'if-match') ?? '');
  return tags.ok ? fine({ ifMatch: tags.value }) : tags;
}

/** Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a text of 1 to 255 characters, in quotes or not. */
export function readKey(request: HttpRequest): Read<{ readonly key: string; readonly request: string } | undefined> {
  const count = headerCount(request, 'idempotency-key');
  if (count === 0) return fine(undefined);
  const found = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))$/.exec(
    singleHeader(request, 'idempotency-key') ?? '',
  );
  const key = found?.[1] ?? found?.[2];
  if (count > 1 || key === undefined) return no('Idempotency-Key is one text of 1 to 255 characters');
  const digest = createHash('sha256')
    .update(JSON.stringify([request.method, request.path, request.query]))
    .update(JSON.stringify([request.headers['if-match'] ?? null, request.headers['if-none-match'] ?? null]))
    .update(request.body)
    .digest('base64url');
  return fine({ key, request: digest });
}

const jsonType = /^application\/(?:[a-z0-9.-]+\+)?json(?:[ \t]*;[ \t]*charset=(?:"utf-8"|utf-8))?$/i;

export const saysJson = (request: HttpRequest): boolean => jsonType.test(singleHeader(request, 'content-type') ?? '');

const faults = {
  notUtf8: 'the body is not UTF-8',
  tooDeep: 'the body has more than 16 levels',
  notJson: 'the body is not JSON',
  notAnObject: 'the body is no JSON object',
  duplicateMember: 'a member is there twice',
  forbiddenMember: 'a member has a name that is not allowed',
  forbiddenCharacter: 'a text holds a character that cannot be stored (U+0000, or half of a pair)',
} as const;

export function readDocument(request: HttpRequest): Read<JsonObject> {
  const read = parseJsonObject(request.body);
  return read.ok ? fine(read.value) : no(faults[read.reason]);
}
