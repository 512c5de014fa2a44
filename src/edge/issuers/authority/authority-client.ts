// The client of our own authority's issue API.
import { Problem } from '../../../base/problem.ts';
import { parse, type Static, type TSchema } from '../../../base/schema/index.ts';
import { pemBlocks, readCertificate, toPem } from '../../../base/x509/index.ts';
import {
  certificateMessage,
  type OrderMessage,
  refusalMessage,
  type StateMessage,
  stateAnswer,
} from '../../../wire/authority/index.ts';
import type { AuthorityClient, IssuedCertificate, OrderState, RevocationOutcome } from './orders.ts';

/** Port: one request over mutual TLS; answers what came, whole and within bounds, and rejects otherwise. */
export type AskAuthority = (
  method: 'GET' | 'POST',
  path: string,
  body: string | undefined,
) => Promise<{ readonly status: number; readonly body: Buffer }>;

const unavailable = (why: string, cause?: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the certificate authority: ${why}`, cause });

/** The authority at the other end of `ask`. */
export function authorityClient(ask: AskAuthority): AuthorityClient {
  async function asked(method: 'GET' | 'POST', path: string, message?: OrderMessage | StateMessage) {
    try {
      const { status, body } = await ask(method, path, message && JSON.stringify(message));
      return { status, value: JSON.parse(body.toString('utf8')) as unknown };
    } catch (cause) {
      throw unavailable('no whole answer', cause);
    }
  }
  function read<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
    const parsed = parse(schema, value);
    if (!parsed.ok) throw unavailable('another answer than agreed');
    return parsed.value;
  }
  const refusalOf = (status: number, value: unknown) => {
    if (![403, 404, 409, 422].includes(status)) throw unavailable(`status ${status}`);
    const { refused, because } = read(refusalMessage, value);
    return { kind: 'refused', code: refused, because } as const;
  };

  /** What was asked for, and nothing else: an answer about another order is no answer. */
  function certificateOf(value: unknown, orderId: string): IssuedCertificate {
    const { issuer, serial, order, chain } = read(certificateMessage, value);
    const ders = chain.flatMap((pem) => pemBlocks(pem));
    const reading = ders[0] && readCertificate(ders[0]);
    if (order !== orderId || !reading?.ok || reading.certificate.serial !== serial)
      throw unavailable('the answer is about another order');
    return { issuer, serial, chain: ders };
  }

  const poll = async (orderId: string): Promise<OrderState> => {
    const { status, value } = await asked('GET', `/v1/orders/${encodeURIComponent(orderId)}`);
    if (status === 200) return { kind: 'issued', certificate: certificateOf(value, orderId) };
    const refusal = refusalOf(status, value);
    return refusal.code === 'certificate.known' ? { kind: 'unknown' } : refusal;
  };
  const change = async (
    { issuer, serial }: Pick<IssuedCertificate, 'issuer' | 'serial'>,
    message: StateMessage,
  ): Promise<RevocationOutcome> => {
    const path = `/v1/certificates/${encodeURIComponent(issuer)}/${encodeURIComponent(serial)}/state`;
    const { status, value } = await asked('POST', path, message);
    if (status !== 200) return refusalOf(status, value);
    if (read(stateAnswer, value).state !== message.to) throw unavailable('the state is not what was asked for');
    return { kind: 'done' };
  };

  return {
    async submit({ id, profile, csr, holder, minutes, proof, person, reference }) {
      const message: OrderMessage = {
        order: id,
        profile,
        csr: toPem(csr, 'CERTIFICATE REQUEST'),
        holder: { ...holder },
        ...(minutes === undefined ? {} : { minutes }),
        ...(proof === undefined ? {} : { proof: { ...proof } }),
        ...(person === undefined ? {} : { person }),
        ...(reference === undefined ? {} : { reference }),
      };
      const { status, value } = await asked('POST', '/v1/certificates', message);
      return status === 200 || status === 201
        ? { kind: 'issued', certificate: certificateOf(value, id) }
        : refusalOf(status, value);
    },
    poll,
    revoke: (certificate, reason) => change(certificate, { to: 'revoked', reason }),
    suspend: (certificate) => change(certificate, { to: 'held' }),
    resume: (certificate) => change(certificate, { to: 'good' }),
  };
}
