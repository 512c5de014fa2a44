// The operations of EST (RFC 7030 3.2.2) at the usual path and, for each profile, at its label; what is refused is told in plain words.
import { type HttpRequest, type HttpResponse, plainText, type Route } from '../../../base/http/index.ts';
import { writeCertsOnly } from '../../../base/x509/index.ts';
import {
  type CertificateProfile,
  csrAttributes,
  type EnrolPorts,
  enrolByPermit,
  estCaller,
  type IssueOutcome,
  type IssueRefusal,
  renew,
} from '../../../core/authority/index.ts';
import { mostBodyBytes, permitOf, readCsrBody } from './est-request.ts';
import { failedTries } from './failed-tries.ts';

export interface EstPorts extends EnrolPorts {
  /** The root that the issuing authorities lie under, DER. */
  readonly root: Buffer;
}

const usualPath = '/.well-known/est';
/** RFC 7030 3.2.2: a label is none of these. */
export const estOperations = [
  'cacerts',
  'simpleenroll',
  'simplereenroll',
  'fullcmc',
  'serverkeygen',
  'csrattrs',
] as const;

/** Base64 in one line and of a known length: there are clients that read nothing else. */
const encoded = (type: string, body: Buffer): HttpResponse => ({
  status: 200,
  headers: {
    'content-type': type,
    // HTTP knows no such header (RFC 8951 3.1), and older clients want it.
    'content-transfer-encoding': 'base64',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  },
  body: body.toString('base64'),
});
const certificates = (list: readonly Buffer[]): HttpResponse =>
  encoded('application/pkcs7-mime; smime-type=certs-only', writeCertsOnly(list));

const told = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpResponse => {
  const response = plainText(status, `${text}\n`);
  return { ...response, headers: { ...response.headers, ...headers } };
};
const askPermit = { 'www-authenticate': 'Basic realm="permit", charset="UTF-8"' } as const;

/** Nothing that the system could send differently would help. */
const oursToMend: readonly IssueRefusal['code'][] = ['issuer.known', 'life.issuer', 'lint'];

function refusedWith({ code, because }: IssueRefusal): HttpResponse {
  const text = `${code}: ${because}`;
  if (code === 'permit.right') return told(401, text, askPermit);
  if (code === 'order.other') return told(409, `${code}: the permit gave a certificate for another request before`);
  if (oursToMend.includes(code)) return told(503, text);
  const isAboutRequest = /^(csr|key|holder|life)\.|^renewal\.(subject|names)$/.test(code);
  return told(isAboutRequest ? 400 : 403, text);
}

export function estRoutes(ports: EstPorts): readonly Route[] {
  const { rules, root } = ports;
  const tries = failedTries(ports.clock);

  /** Reads the request, has it judged, and answers; an address with too many wrong credentials waits. */
  async function enrolled(
    request: HttpRequest,
    judge: (csr: Buffer) => Promise<IssueOutcome> | HttpResponse,
  ): Promise<HttpResponse> {
    const wait = tries.waitSeconds(request.ip);
    if (wait > 0) return told(429, 'too many wrong credentials from this address', { 'retry-after': String(wait) });
    const body = readCsrBody(request);
    if (!body.ok) return told(body.status, body.because);
    const outcome = await judge(body.csr);
    if ('status' in outcome) return outcome;
    if (outcome.kind === 'issued') return certificates([outcome.certificate.der]);
    const { code } = outcome.refusal;
    if (code === 'permit.right' || code === 'renewal.own') tries.failed(request.ip);
    return refusedWith(outcome.refusal);
  }

  /** RFC 7030 4.1.3: what signs certificates of this profile, up to the root and with it. */
  function authoritiesOf({ issuer }: CertificateProfile): HttpResponse {
    const authority = rules.authorities.get(issuer);
    return authority === undefined
      ? told(503, 'the issuing authority of these certificates is not here')
      : certificates([authority.certificate.der, ...authority.above, root]);
  }

  const routesAt = (path: string, profile: CertificateProfile): readonly Route[] => [
    { method: 'GET', path: `${path}/cacerts`, handle: () => authoritiesOf(profile) },
    { method: 'GET', path: `${path}/csrattrs`, handle: () => encoded('application/csrattrs', csrAttributes(profile)) },
    {
      method: 'POST',
      path: `${path}/simpleenroll`,
      maxBodyBytes: mostBodyBytes,
      handle: (request) =>
        enrolled(request, (csr) => {
          const permit = permitOf(request);
          return permit === undefined
            ? told(401, 'permit.right: the first certificate needs the user and password of a permit', askPermit)
            : enrolByPermit(ports, { profile: profile.id, csr, permit });
        }),
    },
    {
      method: 'POST',
      path: `${path}/simplereenroll`,
      maxBodyBytes: mostBodyBytes,
      handle: (request) =>
        enrolled(request, (csr) => renew(ports, { profile: profile.id, csr, shown: request.peerCertificates?.[0] })),
    },
  ];
  const profiles = (rules.callers.get(estCaller) ?? []).flatMap((id) => rules.profiles.get(id) ?? []);
  const [usual] = profiles;
  return [
    ...(usual === undefined ? [] : routesAt(usualPath, usual)),
    ...profiles.flatMap((profile) => routesAt(`${usualPath}/${profile.id}`, profile)),
  ];
}
