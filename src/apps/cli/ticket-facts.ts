// Gathers what is known of a ticket that somebody holds up: the key that signed it, the trail's record, and when it ended.
import type pg from 'pg';
import { secondMs } from '../../base/clock.ts';
import {
  allAlgorithms,
  type CompactJws,
  importPublicJwk,
  type JsonObject,
  parseCompactJws,
  parseJsonObject,
  verifyJws,
} from '../../base/jose/index.ts';
import { parseEventText, type StoredEvent } from '../../core/audit/index.ts';
import { type TicketFacts, ticketDigest, withoutAtHash } from '../../core/issuing/index.ts';
import { type AuditSearch, findEvents } from '../../edge/store/hub/audit-search.ts';
import { publicSigningKeys } from '../../edge/store/hub/signing-keys.ts';

/** A ticket as it is held up: not believed yet. */
export interface ReadTicket {
  readonly jws: CompactJws;
  readonly claims: JsonObject;
  /** SHA-256 of its claims, as the trail keeps it. */
  readonly digest: string;
}

/** Reads a compact JWT; undefined for anything else. */
export function readTicket(text: string): ReadTicket | undefined {
  const parsed = parseCompactJws(text, { maxLength: 100_000 });
  const claims = parsed.ok ? parseJsonObject(parsed.jws.payload) : undefined;
  if (!parsed.ok || claims?.ok !== true) return undefined;
  const { jws } = parsed;
  // An ID token's at_hash came after its digest; no access token has one.
  const signed = 'at_hash' in claims.value ? withoutAtHash(claims.value) : jws.payload.toString('utf8');
  return { jws, claims: claims.value, digest: ticketDigest(signed) };
}

const issuing: ReadonlySet<string> = new Set(['ticket.issued', 'ticket.refreshed']);
const mostEvents = 10_000;

/** All facts for the checks, and the ticket's id: an ID token has that of the access token that it came with. */
export async function gatherTicket(
  pool: pg.Pool,
  { jws, claims, digest }: ReadTicket,
  at: number,
): Promise<{ readonly facts: TicketFacts; readonly id: string | undefined }> {
  const { decision, sid, jti, client_id: client, aud, grant_id: grant } = claims;
  const find = async (search: AuditSearch): Promise<readonly StoredEvent[]> =>
    (await findEvents(pool, search, mostEvents)).flatMap(({ text }) => parseEventText(text) ?? []);
  const issued = typeof decision === 'string' ? await find({ reference: decision }) : [];
  const record = issued.find(
    ({ kind, body }) => issuing.has(kind) && (jti === undefined ? body.idDigest === digest : body.jti === jti),
  )?.body;
  const id = typeof jti === 'string' ? jti : typeof record?.jti === 'string' ? record.jti : undefined;
  const application = typeof client === 'string' ? client : typeof aud === 'string' ? aud : undefined;
  const issuedAt = seconds(claims.iat);
  const ended =
    record === undefined || application === undefined
      ? []
      : [
          ...(await find({ kind: 'ticket.revoked', application, from: new Date(issuedAt ?? 0) })).filter(
            ({ body }) => body.jti === id || (body.grant !== undefined && body.grant === (grant ?? record.grant)),
          ),
          ...(typeof sid === 'string' ? await find({ kind: 'session.ended', session: sid }) : []),
        ];
  const facts: TicketFacts = {
    at,
    issuedAt,
    expiresAt: seconds(claims.exp),
    signedBy: await signerOf(pool, jws, claims.iss),
    digest,
    record: record && { digest: jti === undefined ? record.idDigest : record.digest },
    endedAt: ended.length === 0 ? undefined : Math.min(...ended.map((event) => Date.parse(event.at))),
  };
  return { facts, id };
}

const seconds = (value: unknown): number | undefined => (typeof value === 'number' ? value * secondMs : undefined);

/** The key that made the signature: of the issuer that the ticket names, in use or retired. */
async function signerOf(pool: pg.Pool, jws: CompactJws, issuer: unknown): Promise<TicketFacts['signedBy']> {
  for (const { kid, url, jwk, activateAt } of await publicSigningKeys(pool)) {
    if (url !== issuer || kid !== jws.header.kid) continue;
    const imported = importPublicJwk(jwk);
    if (imported.ok && verifyJws(jws, [imported.key], { algorithms: allAlgorithms }).ok) return { kid, activateAt };
  }
  return undefined;
}
