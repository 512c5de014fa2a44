// The issue API: four routes over mutual TLS, each a bounded message in and one out; every rule is core/authority's.
import type { Clock } from '../../../base/clock.ts';
import { type HttpRequest, type HttpResponse, json, type Route, singleHeader } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import { parse, type Static, type TSchema } from '../../../base/schema/index.ts';
import { pemBlocks, toPem } from '../../../base/x509/index.ts';
import {
  changeState,
  type Holder,
  type IssuePorts,
  type IssueRefusal,
  issue,
  type RegisteredCertificate,
} from '../../../core/authority/index.ts';
import {
  type CertificateMessage,
  orderMessage,
  type RefusalMessage,
  type StateAnswer,
  stateMessage,
} from '../../../wire/authority/index.ts';
import { callerOf } from './callers.ts';

export interface IssueApiPorts extends IssuePorts {
  /** Names of callers by the pin of their key. */
  readonly pins: ReadonlyMap<string, string>;
  readonly clock: Clock;
  /** Called after a change of state, so that a list is made at once. */
  readonly changed: (issuer: string) => void;
}

const mostBodyBytes = 64 * 1024;
/** What an order, an issuer or a serial number in a path can be; anything else names nothing. */
const pathName = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;
const named = (value: string | undefined): string => (pathName.test(value ?? '') ? (value ?? '') : 'none');

/** A message of this description, or a Problem that says what is wrong with it. */
function readMessage<Schema extends TSchema>(request: HttpRequest, schema: Schema): Static<Schema> {
  const invalid = (detail: string) =>
    new Problem({ kind: 'invalid', code: 'message', detail, public: { why: detail.slice(0, 300) } });
  if (singleHeader(request, 'content-type') !== 'application/json') throw invalid('send application/json');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body));
  } catch {
    throw invalid('the body is no JSON');
  }
  const read = parse(schema, value);
  if (read.ok) return read.value;
  // The paths alone: a message may repeat a value, and values are about people.
  throw invalid(`not as agreed: ${read.problems.map(({ path, fault }) => `${path.join('.')} ${fault}`).join(', ')}`);
}

function refusedWith({ code, because }: IssueRefusal): HttpResponse {
  const body: RefusalMessage = { refused: code, because };
  const status =
    code === 'certificate.known' ? 404 : code === 'caller.profile' ? 403 : code === 'order.other' ? 409 : 422;
  return json(status, body);
}

export function issueRoutes(ports: IssueApiPorts): readonly Route[] {
  const { register, rules } = ports;
  const caller = (request: HttpRequest): string => callerOf(request, ports.pins, ports.clock());

  const told = (certificate: RegisteredCertificate & { readonly der: Buffer }): CertificateMessage => {
    const authority = rules.authorities.get(certificate.issuer);
    const above = authority === undefined ? [] : [authority.certificate.der, ...authority.above];
    const { issuer, serial, order, profile, state, notBefore, notAfter } = certificate;
    const chain = [certificate.der, ...above].map((der) => toPem(der));
    return { issuer, serial, order, profile, state, notBefore, notAfter, chain };
  };
  /** What a caller may see: certificates that it may order. Another's order is as unknown as none. */
  const shown = (who: string, certificate: RegisteredCertificate | undefined): HttpResponse => {
    const allowed = rules.callers.get(who) ?? [];
    const { der } = certificate ?? {};
    if (certificate === undefined || der === undefined || !allowed.includes(certificate.profile))
      return refusedWith({ code: 'certificate.known', because: 'there is no such certificate' });
    return json(200, told({ ...certificate, der }));
  };

  return [
    {
      method: 'POST',
      path: '/v1/certificates',
      maxBodyBytes: mostBodyBytes,
      async handle(request) {
        const who = caller(request);
        const { csr, holder, ...rest } = readMessage(request, orderMessage);
        const [der] = pemBlocks(csr, 'CERTIFICATE REQUEST');
        // What is no PEM goes on as no bytes: the check of the request says so, and the refusal is in the trail.
        const outcome = await issue(ports, {
          ...rest,
          caller: who,
          csr: der ?? Buffer.alloc(0),
          holder: holder as Holder,
        });
        if (outcome.kind === 'refused') return refusedWith(outcome.refusal);
        return json(outcome.again ? 200 : 201, told(outcome.certificate));
      },
    },
    {
      method: 'GET',
      path: '/v1/orders/:order',
      async handle(request) {
        const who = caller(request);
        return shown(who, await register.byOrder(who, named(request.params.order)));
      },
    },
    {
      method: 'GET',
      path: '/v1/certificates/:issuer/:serial',
      async handle(request) {
        const who = caller(request);
        return shown(who, await register.bySerial(named(request.params.issuer), named(request.params.serial)));
      },
    },
    {
      method: 'POST',
      path: '/v1/certificates/:issuer/:serial/state',
      maxBodyBytes: 1024,
      async handle(request) {
        const who = caller(request);
        const { to, reason } = readMessage(request, stateMessage);
        const [issuer, serial] = [named(request.params.issuer), named(request.params.serial)];
        const outcome = await changeState(ports, { caller: who, issuer, serial, to, reason });
        if (outcome.kind === 'refused') return refusedWith(outcome.refusal);
        if (outcome.changed) ports.changed(issuer);
        const body: StateAnswer = { state: outcome.certificate.state, changed: outcome.changed };
        return json(200, body);
      },
    },
  ];
}
