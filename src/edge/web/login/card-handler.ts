// The card listener's side of a login: takes the ticket in the path and what the handshake showed, and sends back.
import { type HttpRequest, type HttpResponse, noContent, plainText, seeOther } from '../../../base/http/index.ts';
import type { Dispatcher } from '../../../core/journey/index.ts';
import { loginPath } from './turn-answer.ts';

const cardPath = /^\/card\/([A-Za-z0-9_-]{1,200})$/;

/**
 * The handler of the card listener. No certificate is passed on as an empty chain, so that the hub's page can say
 * what it can be; what browsers ask by themselves says nothing about a card.
 */
export function cardHandler(
  dispatcher: Pick<Dispatcher, 'cardShown'>,
  hubOrigin: string,
): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const token = cardPath.exec(request.path)?.[1];
    if (request.method !== 'GET') return plainText(405, '');
    if (token === undefined) return request.path === '/favicon.ico' ? noContent() : plainText(404, '');
    const shown = await dispatcher.cardShown(token, request.peerCertificates ?? [], request.ip, request.stapledOcsp);
    if ('kind' in shown) {
      const code = shown.reference === undefined ? '' : `?code=${encodeURIComponent(shown.reference)}`;
      return seeOther(`${hubOrigin}/problem/${shown.reason}${code}`);
    }
    return seeOther(`${hubOrigin}${loginPath(shown.journey)}/handoff?ticket=${encodeURIComponent(shown.handoff)}`);
  };
}
