// A browser without a window, over real TLS: cookies, redirects, forms by their hidden fields, and a card to show.
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { isIP } from 'node:net';

export interface SoftCard {
  /** PEM, leaf first. */
  readonly cert: string;
  readonly key: string;
}

export interface HttpAnswer {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Names and values of its buttons, each once. */
  readonly buttons: readonly { readonly name: string; readonly value: string; readonly text: string }[];
}

export interface HttpAsk {
  readonly method?: string;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly card?: SoftCard | undefined;
  readonly root: string;
  /** Takes the place of the port of the address: another hub behind the same public name. */
  readonly port?: number | undefined;
  readonly timeoutMs?: number;
}

/** One HTTPS request to the loopback; the name is that of the address, in SNI and Host. Follows nothing. */
export function ask(url: URL, given: HttpAsk): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        host: '127.0.0.1',
        port: given.port ?? Number(url.port || 443),
        ...(isIP(url.hostname) === 0 ? { servername: url.hostname } : {}),
        path: url.pathname + url.search,
        method: given.method ?? 'GET',
        headers: {
          host: url.host,
          ...given.headers,
          ...(given.body === undefined ? {} : { 'content-length': Buffer.byteLength(given.body) }),
        },
        ca: given.root,
        agent: false,
        timeout: given.timeoutMs ?? 15_000,
        ...(given.card ? { cert: given.card.cert, key: given.card.key } : {}),
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            url,
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    asking.on('timeout', () => asking.destroy(new Error(`no answer in time from ${url.href}`)));
    asking.on('error', reject);
    asking.end(given.body);
  });
}

const unescapeHtml = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_, hex, decimal) =>
      String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replaceAll('&amp;', '&');
const attribute = (tag: string, name: string): string =>
  unescapeHtml(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

/** The forms of a page, in order. */
export function formsOf({ body }: Pick<HttpAnswer, 'body'>): readonly HttpForm[] {
  return [...body.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([text]) => ({
    action: attribute(/<form\b[^>]*>/.exec(text)?.[0] ?? '', 'action'),
    fields: Object.fromEntries(
      [...text.matchAll(/<input\b[^>]*>/g)]
        .map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')])
        // What has no name is not sent (HTML 4.10.21.4).
        .filter(([name]) => name !== ''),
    ),
    buttons: [...text.matchAll(/(<button\b[^>]*>)([\s\S]*?)<\/button>/g)].map(([, tag = '', inside = '']) => ({
      name: attribute(tag, 'name'),
      value: attribute(tag, 'value'),
      text: unescapeHtml(inside.replace(/<[^>]+>/g, ' ')).trim(),
    })),
  }));
}

/** Whether a cookie is set in order to be forgotten (RFC 6265 5.2.1, 5.2.2). */
const isOver = (line: string): boolean =>
  /;\s*max-age=0(?:;|$)/i.test(line) || Date.parse(/;\s*expires=([^;]+)/i.exec(line)?.[1] ?? '') < Date.now();

export class HttpBrowser {
  readonly root: string;
  readonly cookies = new Map<string, Map<string, string>>();
  /** The card in the reader. */
  card: SoftCard | undefined;
  /** Port to use instead for a host with its port, for example another hub behind the same name. */
  readonly elsewhere = new Map<string, number>();

  constructor(root: string, card?: SoftCard) {
    this.root = root;
    this.card = card;
  }

  /** One request with this browser's cookies; keeps those that come back. The card is shown where `card` asks for it. */
  async request(url: URL, given: Omit<HttpAsk, 'root'> = {}): Promise<HttpAnswer> {
    const jar = this.cookies.get(url.host) ?? new Map<string, string>();
    this.cookies.set(url.host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(url, {
      ...given,
      root: this.root,
      port: given.port ?? this.elsewhere.get(url.host),
      headers: { ...(cookie ? { cookie } : {}), 'accept-language': 'en', ...given.headers },
    });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (isOver(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }

  /** GETs, and follows redirects until a page, or until an address that `until` names; the redirect there is not followed. */
  async go(from: URL | string, until: (url: URL) => boolean = () => false): Promise<HttpAnswer> {
    return await this.#follow(await this.request(this.#at(from), this.#shown(this.#at(from))), until);
  }

  /** Sends a form with these fields over what it holds, and follows. */
  async submit(
    page: HttpAnswer,
    form: HttpForm,
    fields: Readonly<Record<string, string>> = {},
    until: (url: URL) => boolean = () => false,
  ): Promise<HttpAnswer> {
    const url = new URL(form.action, page.url);
    const isSameOrigin = url.origin === page.url.origin;
    const answer = await this.request(url, {
      method: 'POST',
      body: new URLSearchParams({ ...form.fields, ...fields }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: page.url.origin,
        'sec-fetch-site': isSameOrigin ? 'same-origin' : 'same-site',
      },
    });
    return await this.onward(answer, until);
  }

  /** On from what a form was answered with: by a redirect, or by a page in its place that goes on by itself. */
  async onward(answer: HttpAnswer, until: (url: URL) => boolean = () => false): Promise<HttpAnswer> {
    const [, on] = /^0; url=(.+)$/.exec(String(answer.headers.refresh)) ?? [];
    return on === undefined ? await this.#follow(answer, until) : await this.go(new URL(on, answer.url), until);
  }

  /** Sends the forms that pages send by themselves (SAML Bindings 3.5.4), until a page that does not, or `until`. */
  async sendOn(from: HttpAnswer, until: (url: URL) => boolean = () => false): Promise<HttpAnswer> {
    let page = from;
    for (let hops = 0; hops < 10; hops += 1) {
      const form = formsOf(page).find(({ fields }) =>
        ['SAMLRequest', 'SAMLResponse', 'SAMLart'].some((name) => name in fields),
      );
      if (form === undefined || until(new URL(form.action, page.url))) return page;
      page = await this.submit(page, form, {}, until);
    }
    throw new Error(`too many forms, the last to ${page.url.href}`);
  }

  #at(from: URL | string): URL {
    return typeof from === 'string' ? new URL(from) : from;
  }

  /** Only a host with a label of its own under the card's name is shown the card. */
  #shown(url: URL): { card?: SoftCard } {
    return this.card && /^[a-z2-7-]{20,}\.card\./.test(url.hostname) ? { card: this.card } : {};
  }

  async #follow(first: HttpAnswer, until: (url: URL) => boolean): Promise<HttpAnswer> {
    let answer = first;
    for (let hops = 0; hops < 20; hops += 1) {
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status > 399 || location === undefined) return answer;
      const next = new URL(location, answer.url);
      if (until(next)) return { ...answer, url: next };
      answer = await this.request(next, this.#shown(next));
    }
    throw new Error(`too many redirects, the last to ${answer.url.href}`);
  }
}
