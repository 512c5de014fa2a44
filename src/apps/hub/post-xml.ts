// XML to the address of a SAML party, by the one bounded request: what logouts and artifacts go out by.
import type { PostXml } from '../../edge/frontends/saml/index.ts';
import { boundedRequest } from '../../edge/outgoing/http/index.ts';

export const postXml =
  (authorities: readonly string[] | undefined): PostXml =>
  (uri, body, { contentType, ...limits }) =>
    boundedRequest(uri, { method: 'POST', headers: { 'content-type': contentType }, body, authorities, ...limits });
