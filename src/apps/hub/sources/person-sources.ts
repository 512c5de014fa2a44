// A source of people for each record of the catalogue: opened once for a record, and opened anew when the record changes.
import { createPrivateKey } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import { type Keyring, open } from '../../../base/sealing/index.ts';
import { Secret } from '../../../base/secret.ts';
import { loadXml } from '../../../base/xml/index.ts';
import type { PersonSourceKind, PersonSourceRecord } from '../../../core/catalogue/index.ts';
import type { PeopleFeed, PersonSource } from '../../../core/directory/index.ts';
import { boundedRequest, keptConnections } from '../../../edge/outgoing/http/index.ts';
import { type LdapsLimits, ldapsClients, usualLdapsLimits } from '../../../edge/outgoing/ldap/index.ts';
import { adPeople, type DirectoryPeopleSettings, ldapPeople } from '../../../edge/sources/directory-people/index.ts';
import { hsaLdap } from '../../../edge/sources/hsa-ldap/index.ts';
import { hospSoap, hsaSoap, type PostSoap } from '../../../edge/sources/hsa-soap/index.ts';
import { sourceKeyPurpose, sourceSecretPurpose } from '../sealing.ts';

export interface SourceParts {
  readonly keyring: Keyring;
  readonly clock: Clock;
  /** PEM of authorities that are trusted beside the system's; absent = the system's. */
  readonly authorities: readonly string[] | undefined;
  /** Told how long each look-up took, and how it ended. */
  readonly measure?: ((source: string, outcome: SourceOutcome, seconds: number) => void) | undefined;
}

/** `unavailable`: it did not answer in time, or answered nonsense. */
export type SourceOutcome = 'found' | 'unknown' | 'unavailable' | 'failed';

export interface OpenSource extends PersonSource {
  readonly close: () => Promise<void>;
}

export interface PersonSources {
  readonly of: (record: PersonSourceRecord) => PersonSource;
  readonly close: () => Promise<void>;
}

export function personSources(parts: SourceParts): PersonSources {
  const opened = new Map<string, { readonly record: PersonSourceRecord; readonly source: OpenSource }>();
  return {
    of(record) {
      const known = opened.get(record.id);
      if (known?.record === record) return known.source;
      void known?.source.close();
      const source = openSource(record, parts);
      opened.set(record.id, { record, source });
      return source;
    },
    async close() {
      await Promise.all([...opened.values()].map(({ source }) => source.close()));
      opened.clear();
    },
  };
}

/** Kind -> adapter. A new kind is a line here, and its name in the catalogue. */
const adapters: Readonly<Record<PersonSourceKind, (record: PersonSourceRecord, parts: SourceParts) => OpenSource>> = {
  hsaSoap: (record, parts) => overSoap(record, parts, (post, settings) => hsaSoap(settings, post, parts.clock)),
  hospSoap: (record, parts) => overSoap(record, parts, (post, settings) => hospSoap(settings, post, parts.clock)),
  hsaLdap: overLdap,
  adPeople: (record, parts) => ({ ...openFeed(record, parts), close: async () => undefined }),
  ldapPeople: (record, parts) => ({ ...openFeed(record, parts), close: async () => undefined }),
};

/** The source of one record, measured. */
export function openSource(record: PersonSourceRecord, parts: SourceParts): OpenSource {
  const source = adapters[record.kind](record, parts);
  const { measure } = parts;
  if (measure === undefined) return source;
  return {
    close: source.close,
    async find(key) {
      const begun = performance.now();
      let outcome: SourceOutcome = 'failed';
      try {
        const found = await source.find(key);
        outcome = found.length > 0 ? 'found' : 'unknown';
        return found;
      } catch (thrown) {
        if (thrown instanceof Problem && thrown.kind === 'unavailable') outcome = 'unavailable';
        throw thrown;
      } finally {
        measure(record.id, outcome, (performance.now() - begun) / 1000);
      }
    },
  };
}

/** Connections to one register at once: a look-up takes two. */
const mostConnections = 16;

function overSoap(
  record: PersonSourceRecord,
  { keyring, authorities }: SourceParts,
  make: (post: PostSoap, settings: PersonSourceRecord & { readonly logicalAddress: string }) => PersonSource,
): OpenSource {
  const { logicalAddress, tlsAuthorities } = record;
  const client = clientOf(record, keyring);
  if (client === undefined || logicalAddress === undefined) throw broken(record, 'its record lacks what SOAP needs');
  const connections = keptConnections({
    authorities: tlsAuthorities.length > 0 ? tlsAuthorities : authorities,
    client,
    atMost: mostConnections,
  });
  const post: PostSoap = async (url, { soapAction, body, timeoutMs, maxBytes }) => {
    const answer = await boundedRequest(url, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', accept: 'text/xml', soapaction: soapAction },
      body,
      timeoutMs,
      maxBytes,
      connections,
    });
    return { status: answer.status, contentType: answer.headers['content-type'] ?? '', body: answer.body };
  };
  const source = make(post, { ...record, logicalAddress });
  return {
    async find(asked) {
      await loadXml();
      return await source.find(asked);
    },
    async close() {
      connections.destroy();
    },
  };
}

/** Clients of a record's directory, with these limits in place of the usual ones. */
function clientsFor(record: PersonSourceRecord, { keyring, authorities }: SourceParts) {
  const { tlsAuthorities } = record;
  const anchors = tlsAuthorities.length > 0 ? tlsAuthorities : authorities;
  const certificate = clientOf(record, keyring);
  return (limits: Partial<LdapsLimits>) =>
    ldapsClients({ anchors, certificate, limits: { ...usualLdapsLimits, ...limits } });
}

function overLdap(record: PersonSourceRecord, parts: SourceParts): OpenSource {
  const { bind } = record;
  if (bind === undefined) throw broken(record, 'its record does not say who the hub is there');
  const clients = clientsFor(record, parts);
  return hsaLdap(
    {
      ...record,
      bindName: bind.name,
      password: new Secret(openSealed(record, parts.keyring, sourceSecretPurpose, bind.sealedPassword)),
      connect: (url, limits, watch) => clients(limits)(url, watch),
    },
    parts.clock,
  );
}

/** The change feed of a record of a kind that has one. It connects for each reading anew. */
export function openFeed(record: PersonSourceRecord, parts: SourceParts): PeopleFeed {
  const { bind, people } = record;
  if (bind === undefined || people === undefined) throw broken(record, 'its record lacks what a change feed needs');
  const clients = clientsFor(record, parts);
  const settings: DirectoryPeopleSettings = {
    ...record,
    source: record.id,
    people,
    bindName: bind.name,
    password: new Secret(openSealed(record, parts.keyring, sourceSecretPurpose, bind.sealedPassword)),
    connect: (url, answerWithinMs) => clients({ connectMs: answerWithinMs, operationMs: answerWithinMs })(url),
  };
  if (record.kind === 'adPeople') return adPeople(settings);
  if (people.marks === undefined)
    throw broken(record, 'its record does not say what is written of every entry (marks)');
  return ldapPeople({ ...settings, marks: people.marks }, parts.clock);
}

/** The certificate that is shown to a register, with its key; undefined when its record has none. */
export function clientOf(
  record: PersonSourceRecord,
  keyring: Keyring,
): { readonly cert: string; readonly key: string } | undefined {
  if (record.client === undefined) return undefined;
  const { certificate, sealedKey } = record.client;
  const key = openSealed(record, keyring, sourceKeyPurpose, sealedKey);
  try {
    createPrivateKey(key);
    return { cert: certificate, key };
  } catch (cause) {
    throw broken(record, 'its key is no private key in PEM', cause);
  }
}

function openSealed({ id }: PersonSourceRecord, keyring: Keyring, purpose: string, sealed: string): string {
  const opened = open(keyring, purpose, id, Buffer.from(sealed, 'base64'));
  if (opened.ok) return opened.bytes.toString('utf8');
  throw new Problem({
    kind: 'internal',
    code: 'internal',
    detail: `person source ${id}: what is sealed in it cannot be opened (${opened.reason}): apply its record again`,
  });
}

const broken = ({ id }: PersonSourceRecord, why: string, cause?: unknown): Problem =>
  new Problem({ kind: 'internal', code: 'internal', detail: `person source ${id}: ${why}`, cause });
