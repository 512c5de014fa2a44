// How the desk's outcomes are written down: pages, documents with their ETag, what was changed, what waits.
import { type HttpResponse, json } from '../../../base/http/index.ts';
import type { AdminDone, AdminHeld, AdminKept, AdminKey, AdminPage, AdminSession, ShownDocument } from './ports.ts';
import { cursorOf } from './request.ts';

const iso = (at: number): string => new Date(at).toISOString();

export const pageAnswer = ({ items, next }: AdminPage): HttpResponse =>
  json(200, {
    items: items.map(({ id, etag, document }) => ({ id, etag, document })),
    ...(next === undefined ? {} : { next: cursorOf(next) }),
  });

/** The document itself, or that it is still the one that the caller has (RFC 9110 13.1.2). */
export function shownAnswer({ etag, document }: ShownDocument, known: string | undefined): HttpResponse {
  const answer = json(200, document);
  const headers = { ...answer.headers, etag, vary: 'authorization' };
  const same = known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*') === true;
  return same ? { status: 304, headers, body: '' } : { ...answer, headers };
}

/** What a write came to. `one`: of one item, which has a place and a version of its own. */
export function outcomeAnswer(
  outcome: AdminDone | AdminHeld,
  one: { readonly location?: string } | undefined,
): AdminKept {
  const { changes, total } = outcome;
  const body = { changes, total };
  if (outcome.kind === 'held') {
    const held = { id: outcome.id, people: outcome.people, expiresAt: iso(outcome.expiresAt) };
    return { status: 202, headers: {}, body: JSON.stringify({ ...body, held }) };
  }
  const { revision, passwords, after, existed, waits } = outcome;
  if (outcome.kind === 'planned')
    return {
      status: 200,
      headers: {},
      body: JSON.stringify({ ...body, dryRun: true, ...(waits === undefined ? {} : { waits: { people: waits } }) }),
    };
  const done = { ...body, revision, ...(passwords.length === 0 ? {} : { passwords }) };
  if (one === undefined) {
    const items = after.map((shown) => (shown === undefined ? null : { id: shown.id, etag: shown.etag }));
    return { status: 200, headers: {}, body: JSON.stringify({ ...done, items }) };
  }
  const [shown] = after;
  const isNew = existed[0] === false && shown !== undefined;
  return {
    status: isNew ? 201 : 200,
    headers: {
      ...(shown === undefined ? {} : { etag: shown.etag }),
      ...(isNew && one.location !== undefined ? { location: one.location } : {}),
    },
    body: JSON.stringify({ ...done, ...(shown === undefined ? {} : { document: shown.document }) }),
  };
}

export const sessionsAnswer = (sessions: readonly AdminSession[]): HttpResponse =>
  json(200, {
    items: sessions.map(({ startedAt, seenAt, until, ...rest }) => ({
      ...rest,
      startedAt: iso(startedAt),
      seenAt: iso(seenAt),
      until: iso(until),
    })),
  });

export const keyAnswer = (keys: readonly AdminKey[]): HttpResponse =>
  json(200, {
    items: keys.map(({ publishAt, activateAt, retireAt, ...rest }) => ({
      ...rest,
      publishAt: iso(publishAt),
      activateAt: iso(activateAt),
      retireAt: iso(retireAt),
    })),
  });
