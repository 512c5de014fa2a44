// The routes of the device's address, and how each answer is said in HTTP.
import {
  type HttpRequest,
  type HttpResponse,
  json,
  noContent,
  type Route,
  singleHeader,
} from '../../../base/http/index.ts';
import type { DeviceRefusal } from '../../../core/ordering/index.ts';
import { text } from '../../../wire/texts/index.ts';
import type { DeviceAnswer, DeviceRequests } from './ports.ts';

const maxBodyBytes = 32 * 1024;

/** What says that the message is not to be believed, or says nothing that we can read; anything else is a no (RFC 9110 15.5). */
const statuses: Readonly<Partial<Record<DeviceRefusal, number>>> = {
  'devices.malformed': 400,
  'devices.request': 400,
  'devices.keyKind': 400,
  'devices.unknown': 401,
  'devices.signature': 401,
  'devices.audience': 401,
  'devices.clock': 401,
  'devices.codeUsed': 409,
  'devices.keyUsed': 409,
};

function answer(given: DeviceAnswer): HttpResponse {
  switch (given.kind) {
    case 'enrolled':
      return json(201, { device: given.id, name: given.name, organisation: given.organisation });
    case 'certificate': {
      const { certificate, fingerprint, notAfter } = given;
      return json(200, { certificate, fingerprint, notAfter: new Date(notAfter).toISOString() });
    }
    case 'wait': {
      const waiting = json(202, { retryAfterSeconds: given.seconds });
      return { ...waiting, headers: { ...waiting.headers, 'retry-after': String(given.seconds) } };
    }
    case 'ended':
      return noContent();
    case 'refused':
      // RFC 9457; the words are for whoever looks into the program's log.
      return json(
        statuses[given.code] ?? 403,
        { title: text('en', given.code), code: given.code, reference: given.reference },
        'application/problem+json',
      );
  }
}

const tokenOf = (request: HttpRequest): string =>
  singleHeader(request, 'content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/jose'
    ? request.body.toString('latin1')
    : '';

export function deviceApiRoutes(requests: DeviceRequests): readonly Route[] {
  const post = (path: string, ask: (token: string) => Promise<DeviceAnswer>): Route => ({
    method: 'POST',
    path,
    maxBodyBytes,
    handle: async (request) => answer(await ask(tokenOf(request))),
  });
  return [
    post('/api/devices/enrol', requests.enrol),
    post('/api/devices/certificates', requests.certificate),
    post('/api/devices/certificates/end', requests.endShift),
  ];
}
