// Where the status of a certificate may be asked: the addresses that its CA signed, as far as its population allows them.
import { type Certificate, type Crl, type DistributionPoint, everyUrlOf } from '../../base/x509/index.ts';
import type { Population } from '../catalogue/snapshot.ts';

const mostPoints = 4;

/** One place where a certificate's status may be asked: named by the certificate or its list, moved by the population's override. */
export interface StatusPoint {
  readonly named: string;
  readonly url: string;
  readonly allowed: boolean;
}

function isAllowed(url: string, hosts: readonly string[]): boolean {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return false;
  }
  if ((parsed.protocol !== 'http:' && parsed.protocol !== 'https:') || parsed.username !== '' || parsed.password !== '')
    return false;
  const port = parsed.port || (parsed.protocol === 'http:' ? '80' : '443');
  return hosts.length === 0 || hosts.includes(parsed.host) || hosts.includes(`${parsed.hostname}:${port}`);
}

/**
 * The places that a certificate names. Only call it for a certificate whose path has been checked: its CA signed
 * these addresses. Beyond that only hosts of the population's list are used, when it has one; an override is the
 * administrator's own word.
 */
function statusPoints(urls: readonly string[], { revocation }: Population): readonly StatusPoint[] {
  const { overrides, allowedHosts } = revocation;
  return [...new Set(urls)]
    .filter((url) => /^https?:/i.test(url))
    .slice(0, mostPoints)
    .map((named) => {
      const moved = Object.hasOwn(overrides, named) ? overrides[named] : undefined;
      return {
        named,
        url: moved ?? named,
        allowed: isAllowed(moved ?? named, moved === undefined ? allowedHosts : []),
      };
    });
}

/** The URLs of points whose lists the population believes: those that another authority signs only where that is configured. */
const urlsAt = (points: readonly DistributionPoint[], { revocation: { indirectLists } }: Population): string[] =>
  points.filter(({ crlIssuer }) => indirectLists === true || crlIssuer === undefined).flatMap(everyUrlOf);

/** Where the lists for a certificate of a checked path lie; a point may be for some reasons only (RFC 5280 4.2.1.13). */
export const crlPoints = (certificate: Certificate, population: Population): readonly StatusPoint[] =>
  statusPoints(urlsAt(certificate.distributionPoints, population), population);

/** Where delta lists lie, as a certificate of a checked path and the verified lists about it say (RFC 5280 4.2.1.15, 5.2.6). */
export const deltaPoints = (
  certificate: Certificate,
  lists: readonly Crl[],
  population: Population,
): readonly StatusPoint[] =>
  statusPoints(
    urlsAt([...certificate.freshestCrl, ...lists.flatMap(({ freshest }) => freshest)], population),
    population,
  );

/** Where the responder for a certificate of a checked path is (RFC 5280 4.2.2.1). */
export const ocspPoints = (certificate: Certificate, population: Population): readonly StatusPoint[] =>
  statusPoints(certificate.ocspUrls, population);
