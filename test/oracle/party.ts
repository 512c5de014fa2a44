// One of the two providers as a client and a browser see it: its endpoints over HTTP, the nonce it asks for, a live session.
import { request as httpRequest } from 'node:http';

export type Endpoint = 'par' | 'authorize' | 'token' | 'userinfo' | 'introspect' | 'revoke';

/** A value that comes more than once is an array; undefined leaves the name out. */
export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  /** The body when it is a JSON object, else empty. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Call {
  readonly method?: string;
  readonly query?: Fields;
  readonly headers?: Fields;
  /** A form, or a body as it is. */
  readonly form?: Fields;
  readonly rawBody?: string;
}

/** Where a provider is, and how it wants to be asked. */
export interface Party {
  readonly name: 'tillit' | 'oidc-provider';
  readonly issuer: string;
  /** Cookie header of a browser whose person is logged in. */
  readonly cookie: string;
  /** The DPoP nonce it gave last. */
  nonce: () => string;
  url(endpoint: Endpoint): string;
  call(endpoint: Endpoint, call: Call): Promise<Answer>;
}

export function party(given: {
  readonly name: Party['name'];
  readonly issuer: string;
  readonly port: number;
  readonly cookie: string;
  readonly paths: Readonly<Record<Endpoint, string>>;
}): Party {
  const { name, issuer, port, cookie, paths } = given;
  let nonce = '';
  return {
    name,
    issuer,
    cookie,
    nonce: () => nonce,
    url: (endpoint) => issuer + paths[endpoint],
    async call(endpoint, call) {
      const answer = await send(port, new URL(issuer).host, paths[endpoint], call);
      const given = answer.headers['dpop-nonce'];
      if (typeof given === 'string') nonce = given;
      return answer;
    },
  };
}

export function encoded(fields: Fields): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) parameters.append(name, one);
  }
  return parameters.toString();
}

function send(port: number, host: string, path: string, call: Call): Promise<Answer> {
  const query = call.query === undefined ? '' : `?${encoded(call.query)}`;
  const body = call.rawBody ?? (call.form === undefined ? undefined : encoded(call.form));
  const headers: Record<string, string | string[]> = {
    host,
    // The public address is https; oidc-provider is told so as by a proxy, ours knows it.
    'x-forwarded-proto': 'https',
  };
  if (call.form !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : [...value];
  }
  return new Promise((resolve, reject) => {
    const method = call.method ?? 'POST';
    const asking = httpRequest({ host: '127.0.0.1', port, method, path: path + query, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: jsonOf(text) });
      });
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
