// The routes of the admin API: each call is guarded, read strictly, handed to the desk, and its outcome written down.
import {
  type HttpRequest,
  type HttpResponse,
  json,
  problemStatus,
  type Route,
  singleHeader,
} from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import { parse } from '../../../base/schema/index.ts';
import { adminScopes } from '../../../core/catalogue/index.ts';
import { keyAnswer, outcomeAnswer, pageAnswer, sessionsAnswer, shownAnswer } from './answers.ts';
import { applyRequestSchema } from './apply-request.ts';
import { adminKinds } from './kinds.ts';
import { openApiDocument } from './open-api.ts';
import type { AdminApiPorts, AdminCaller, AdminOutcome, AdminRefusal, AdminWish, AdminWrite } from './ports.ts';
import { pointerOf, problemResponse } from './problem.ts';
import {
  isId,
  readConditions,
  readDocument,
  readDryRun,
  readFields,
  readKey,
  readSearch,
  saysJson,
} from './request.ts';

export const adminApiBase = '/api/admin/v1';

const documentBytes = 1024 * 1024;
const applyBytes = 4 * 1024 * 1024;

type Handler = (request: HttpRequest, caller: AdminCaller) => Promise<HttpResponse> | HttpResponse;

const malformed = (detail: string): HttpResponse => problemResponse('malformed', { detail });

const refusalAnswer = ({ code, detail, item, path }: AdminRefusal, { reference }: AdminCaller): HttpResponse =>
  problemResponse(code, {
    detail,
    reference,
    ...(path === undefined && item === undefined
      ? {}
      : { errors: [{ item, pointer: pointerOf(path), detail: detail ?? code }] }),
  });

export function adminApiRoutes(ports: AdminApiPorts): readonly Route[] {
  const { desk } = ports;
  const guarded =
    (scope: string, handle: Handler): Route['handle'] =>
    async (request) => {
      const about = { method: request.method, path: request.path };
      const found = await ports.guard(request, { scopes: [scope], about });
      if (!found.ok) {
        const { status, error, description: detail, reference, headers } = found;
        const code = error === 'insufficient_scope' ? 'scope' : 'unauthenticated';
        return problemResponse(code, { status, error, detail, reference, headers });
      }
      const answer = await answered(() => handle(request, found.caller), found.caller);
      return { ...answer, headers: { ...answer.headers, ...found.headers } };
    };
  const get = (path: string, handle: Handler): Route => ({
    method: 'GET',
    path: adminApiBase + path,
    handle: guarded(adminScopes.read, handle),
  });
  const write = (method: 'POST' | 'PUT' | 'DELETE', path: string, maxBodyBytes: number, handle: Handler): Route => ({
    method,
    path: adminApiBase + path,
    maxBodyBytes,
    handle: guarded(adminScopes.write, handle),
  });

  /** Has the desk write, and says what came of it. */
  async function written(
    caller: AdminCaller,
    wish: AdminWish,
    one: { readonly location?: string } | undefined,
  ): Promise<HttpResponse> {
    const answerOf = (outcome: Extract<AdminOutcome, { kind: 'done' | 'planned' | 'held' }>) =>
      outcomeAnswer(outcome, one);
    const outcome = await desk.write(caller, wish, answerOf);
    switch (outcome.kind) {
      case 'refused':
        return refusalAnswer(outcome, caller);
      case 'wrong': {
        const errors = outcome.faults.map(({ item, path, message }) => ({
          ...(one === undefined ? { item } : {}),
          pointer: pointerOf(path),
          detail: message,
        }));
        return problemResponse('invalid', { errors, reference: caller.reference });
      }
      case 'again':
        return { ...outcome.kept, headers: { ...json(200, null).headers, ...outcome.kept.headers } };
      default: {
        const { status, headers, body } = answerOf(outcome);
        return { status, headers: { ...json(200, null).headers, ...headers }, body };
      }
    }
  }

  const ofKind = ({ section, filters }: (typeof adminKinds)[number]): readonly Route[] => {
    const path = `/${section}`;
    const idOf = (request: HttpRequest): string | undefined => {
      const { id = '' } = request.params;
      return isId(id) ? id : undefined;
    };
    const put: Handler = async (request, caller) => {
      const id = idOf(request);
      if (!saysJson(request)) return problemResponse('mediaType');
      const [dryRun, conditions, key, document] = [
        readDryRun(request),
        readConditions(request),
        readKey(request),
        readDocument(request),
      ];
      for (const read of [dryRun, conditions, key, document]) if (!read.ok) return malformed(read.why);
      if (!dryRun.ok || !conditions.ok || !key.ok || !document.ok) return malformed('');
      if (id === undefined) return malformed('the id in the path is none that can be given');
      if (conditions.value === undefined) return problemResponse('unconditional');
      const given = document.value;
      if ('id' in given && given.id !== id) {
        const errors = [{ pointer: '/id', detail: `is not the id of the path, ${id}` }];
        return problemResponse('invalid', { errors, reference: caller.reference });
      }
      const item: AdminWrite = { section, id, document: { id, ...given }, ...conditions.value };
      const wish = { items: [item], dryRun: dryRun.value, idempotency: key.value };
      return written(caller, wish, { location: `${adminApiBase}${path}/${encodeURIComponent(id)}` });
    };
    const remove: Handler = async (request, caller) => {
      const id = idOf(request);
      const [dryRun, conditions, key] = [readDryRun(request), readConditions(request), readKey(request)];
      for (const read of [dryRun, conditions, key]) if (!read.ok) return malformed(read.why);
      if (!dryRun.ok || !conditions.ok || !key.ok) return malformed('');
      if (id === undefined) return problemResponse('notFound');
      if (conditions.value === undefined) return problemResponse('unconditional');
      if (conditions.value.ifNoneMatch === true) return malformed('what is removed is there: send If-Match');
      const wish = {
        items: [{ section, id, ...conditions.value }],
        dryRun: dryRun.value,
        idempotency: key.value,
      };
      return written(caller, wish, {});
    };
    return [
      get(path, async (request, caller) => {
        const search = readSearch(request, filters);
        if (!search.ok) return malformed(search.why);
        const found = await desk.list(caller, section, search.value);
        return found.kind === 'refused' ? refusalAnswer(found, caller) : pageAnswer(found);
      }),
      get(`${path}/:id`, async (request, caller) => {
        const fields = readFields(request, []);
        if (!fields.ok) return malformed(fields.why);
        const id = idOf(request);
        if (id === undefined) return problemResponse('notFound');
        const found = await desk.read(caller, section, id);
        if (found.kind === 'refused') return refusalAnswer(found, caller);
        return shownAnswer(found.shown, singleHeader(request, 'if-none-match'));
      }),
      write('PUT', `${path}/:id`, documentBytes, put),
      write('DELETE', `${path}/:id`, 0, remove),
    ];
  };

  const apply: Handler = async (request, caller) => {
    if (!saysJson(request)) return problemResponse('mediaType');
    const [dryRun, key, document] = [readDryRun(request), readKey(request), readDocument(request)];
    for (const read of [dryRun, key, document]) if (!read.ok) return malformed(read.why);
    if (!dryRun.ok || !key.ok || !document.ok) return malformed('');
    const parsed = parse(applyRequestSchema, document.value);
    if (!parsed.ok) {
      const errors = parsed.problems.map(({ path, message }) => ({ pointer: pointerOf(path), detail: message }));
      return problemResponse('invalid', { errors, reference: caller.reference });
    }
    const { items, files = {} } = parsed.value;
    const wish: AdminWish = {
      items: items.map(({ kind, ...rest }): AdminWrite => {
        if ('remove' in rest) return { section: kind, id: rest.id, ifMatch: rest.ifMatch };
        const { document: given, ifMatch, ifNoneMatch } = rest;
        return {
          section: kind,
          id: rest.id,
          document: { id: rest.id, ...given },
          ifMatch,
          ifNoneMatch: ifNoneMatch === undefined ? undefined : true,
        };
      }),
      files: new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text, 'base64')])),
      dryRun: dryRun.value,
      idempotency: key.value,
    };
    const differs = items.findIndex(
      (item) => 'document' in item && item.document['id'] !== undefined && item.document['id'] !== item.id,
    );
    if (differs >= 0) {
      const errors = [{ item: differs, pointer: '/document/id', detail: 'is not the id of the item' }];
      return problemResponse('invalid', { errors, reference: caller.reference });
    }
    return written(caller, wish, undefined);
  };

  const sessions = '/people/:id/sessions';
  const description = json(200, openApiDocument());
  return [
    { method: 'GET', path: `${adminApiBase}/openapi.json`, handle: () => description },
    ...adminKinds.flatMap(ofKind),
    write('POST', '/apply', applyBytes, apply),
    get(sessions, async (request, caller) => {
      const { id = '' } = request.params;
      if (!isId(id)) return problemResponse('notFound');
      const found = await desk.sessions(caller, id);
      return found.kind === 'refused' ? refusalAnswer(found, caller) : sessionsAnswer(found.sessions);
    }),
    write('DELETE', `${sessions}/:session`, 0, async (request, caller) => {
      const { id = '', session = '' } = request.params;
      if (!isId(id) || !isId(session)) return problemResponse('notFound');
      const found = await desk.endSession(caller, id, session);
      return found.kind === 'refused' ? refusalAnswer(found, caller) : json(200, { ended: session });
    }),
    get('/keys', async (_request, caller) => {
      const found = await desk.keys(caller);
      return found.kind === 'refused' ? refusalAnswer(found, caller) : keyAnswer(found.keys);
    }),
  ];
}

/** The answer; what could not go on is a problem here too, whatever the caller would rather read. */
async function answered(ask: () => Promise<HttpResponse> | HttpResponse, caller: AdminCaller): Promise<HttpResponse> {
  try {
    return await ask();
  } catch (thrown) {
    // What is nobody's fault but ours is told by the server, which logs it.
    if (!(thrown instanceof Problem) || thrown.kind === 'internal') throw thrown;
    const status = problemStatus(thrown.kind);
    const { code } = thrown;
    const body = { type: 'about:blank', title: code, status, code, reference: caller.reference };
    return json(status, body, 'application/problem+json');
  }
}
