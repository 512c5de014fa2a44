// A person with a browser beside a device: types its code, and says yes or no.
import type { HttpRequest, HttpResponse } from '../../src/base/http/index.ts';
import type { Answer, OidcClient } from './oidc-client.ts';
import { deviceGrant, type OidcHub } from './oidc-hub.ts';

export const browserRequest = (ip = '10.1.0.7'): HttpRequest => ({
  method: 'POST',
  path: '/device/decide',
  query: '',
  params: {},
  headers: {},
  body: Buffer.alloc(0),
  ip,
});

/** The device's own request; `change` bends it. */
export const askDevice = (
  client: OidcClient,
  change: Record<string, string | readonly string[] | undefined> = {},
  sent: Parameters<OidcClient['post']>[2] = {},
): Promise<Answer> =>
  client.post(
    'device-authorization',
    {
      client_id: client.id,
      scope: 'openid profile journal/read',
      dpop_jkt: client.fapi ? client.jkt : undefined,
      ...change,
    },
    sent,
  );

/** What a code leads to. */
export const findDevice = (hub: OidcHub, code: unknown, ip?: string) =>
  hub.frontend.devices.find(String(code), browserRequest(ip));

/** Types the code and says yes. */
export async function allowDevice(hub: OidcHub, code: unknown): Promise<HttpResponse> {
  const found = await findDevice(hub, code);
  if (typeof found === 'string') throw new Error(`the code is ${found}`);
  return found.allow(browserRequest());
}

/** Types the code and says no. */
export async function denyDevice(hub: OidcHub, code: unknown): Promise<void> {
  const found = await findDevice(hub, code);
  if (typeof found === 'string') throw new Error(`the code is ${found}`);
  await found.deny();
}

/** One poll of the token endpoint. */
export const poll = (
  client: OidcClient,
  code: unknown,
  change: Record<string, string | readonly string[] | undefined> = {},
  headers: Record<string, string> = {},
): Promise<Answer> =>
  client.token(
    { grant_type: deviceGrant, device_code: code === undefined ? undefined : String(code), ...change },
    headers,
  );
