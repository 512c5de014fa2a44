// What keeps a register of people from working, in words for who sets it up: our certificate, the way there, and what it answers.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { asProblem } from '../../../base/problem.ts';
import type { PersonSourceRecord } from '../../../core/catalogue/index.ts';
import type { SubjectKey } from '../../../core/directory/index.ts';
import { lookAtWay, type WayFault } from '../../../edge/outgoing/tls/index.ts';
import { clientOf, openFeed, openSource, type SourceParts } from './person-sources.ts';

export interface SourceFault {
  readonly what: string;
  readonly why: string;
}

/** Nobody's: the organisation's number is none. */
const madeUp: SubjectKey = { namespace: 'hsa-id', value: 'SE0000000000-TILLIT' };
/** The tax agency's well-known made-up person: the register of professionals is asked by number alone. */
const madeUpNumber: SubjectKey = { namespace: 'se-personnummer', value: '191212121212' };

/** Every fault that shows; asks for `known`, or for somebody who is nobody. Changes nothing. */
export async function checkSource(
  record: PersonSourceRecord,
  parts: SourceParts,
  known: SubjectKey | undefined,
): Promise<readonly SourceFault[]> {
  const faults: SourceFault[] = [...certificateFaults(record, parts)];
  if (faults.length > 0) return faults;
  const { tlsAuthorities, answerWithinMs } = record;
  for (const address of record.addresses) {
    const fault = await lookAtWay(address, {
      authorities: tlsAuthorities.length > 0 ? tlsAuthorities : parts.authorities,
      client: clientOf(record, parts.keyring),
      timeoutMs: answerWithinMs,
    });
    if (fault !== undefined) faults.push({ what: address, why: wayWords(fault, answerWithinMs) });
  }
  if (faults.length === record.addresses.length) return faults;
  if (record.people !== undefined) {
    const fed = await lookAtFeed(record, parts);
    if (fed.length > 0 || known === undefined) return [...faults, ...fed];
  }
  const source = openSource(record, parts);
  try {
    const found = await source.find(known ?? (record.kind === 'hospSoap' ? madeUpNumber : madeUp));
    if (known !== undefined && found.length === 0)
      faults.push({
        what: record.id,
        why: `it answers, and knows nobody by that identifier below ${record.searchBase}${
          record.allowFeigned ? '' : ', or only records that were made for tests (allowFeigned)'
        }`,
      });
  } catch (thrown) {
    const { detail = '' } = asProblem(thrown);
    faults.push({ what: record.id, why: `${detail}${hintOf(detail)}` });
  } finally {
    await source.close();
  }
  return faults;
}

async function lookAtFeed(record: PersonSourceRecord, parts: SourceParts): Promise<readonly SourceFault[]> {
  try {
    return (await openFeed(record, parts).look()).map((why) => ({ what: record.id, why }));
  } catch (thrown) {
    const { detail = '' } = asProblem(thrown);
    return [{ what: record.id, why: `${detail}${hintOf(detail)}` }];
  }
}

function certificateFaults(record: PersonSourceRecord, { keyring, clock }: SourceParts): readonly SourceFault[] {
  const client = clientOf(record, keyring);
  if (client === undefined) return [];
  const own = new X509Certificate(client.cert);
  const fault = (why: string): SourceFault => ({ what: 'client.certificate', why });
  return [
    ...(own.checkPrivateKey(createPrivateKey(client.key)) ? [] : [fault('the key is another certificate’s')]),
    ...(own.validToDate.getTime() > clock() ? [] : [fault(`it ran out ${own.validToDate.toISOString()}`)]),
    ...(own.validFromDate.getTime() <= clock() ? [] : [fault(`it begins ${own.validFromDate.toISOString()}`)]),
  ];
}

const certificateWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate ran out',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is the clock right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ECONNRESET: 'it broke the connection off while TLS was made',
};
const unknownIssuer = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/;

function wayWords({ step, code }: WayFault, ms: number): string {
  if (step === 'name')
    return code === 'ENOTFOUND' ? 'this name has no address here' : `the name cannot be looked up (${code})`;
  if (code === 'late')
    return step === 'connection'
      ? `no connection within ${ms} ms: is a firewall between?`
      : `no TLS within ${ms} ms: is this the right port?`;
  if (step === 'connection')
    return code === 'ECONNREFUSED' ? 'nobody listens there' : `no connection can be made (${code})`;
  if (unknownIssuer.test(code)) return `nobody of tlsAuthorities vouches for its certificate (${code})`;
  return certificateWords[code] ?? `TLS cannot be made (${code})`;
}

/** What to do about some answers. */
const hints: readonly (readonly [said: RegExp, hint: string])[] = [
  [/VP00[234]\b/, 'the platform knows nobody by this logicalAddress'],
  [/VP007/, 'our certificate has no right to this interaction at this logicalAddress'],
  [/VP009/, 'the platform does not reach HSA'],
  [/alert|ECONNRESET|socket hang up/i, 'perhaps it does not take our certificate'],
  [/status 404/, 'the address is not what stands before /infrastructure/directory'],
  [/status 40[13]/, 'it does not let us in'],
  [/LDAP result 4$/, 'it ends answers early: the hub’s account there needs to read without a limit of entries'],
  [/LDAP result 32/, 'there is no searchBase of that name, or the hub may not see it'],
  [/LDAP result 50/, 'the hub may not read there'],
];
const hintOf = (detail: string): string => {
  const found = hints.find(([said]) => said.test(detail));
  return found === undefined ? '' : ` (${found[1]})`;
};
