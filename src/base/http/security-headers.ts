// Headers that every answer or every page carries, so that a browser helps to keep it safe.

export interface PageHeaderOptions {
  /** Origins besides our own that a form of the page may lead to, also by redirects after it. */
  readonly formTargets?: readonly string[] | undefined;
  /** Origins that the page may show in frames; absent = none. */
  readonly frames?: readonly string[] | undefined;
  /** SHA-256 (base64) of the one script that the page may run, which may ask our own origin; absent = no scripts at all. */
  readonly scriptHash?: string | undefined;
  /** SHA-256 (base64) of the one style that stands in the page itself; absent = styles from our own origin alone. */
  readonly styleHash?: string | undefined;
}

type Headers = Readonly<Record<string, string>>;

/**
 * HTTPS only, for a year (RFC 6797). The web server adds it, and not on `localhost`, where it would lock a
 * developer's other programs out.
 */
export const hstsHeader = 'max-age=31536000; includeSubDomains';

/** For answers that are not pages: machine answers, redirects, files. Nothing of them may be framed, sniffed or run. */
export const answerHeaders: Headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-resource-policy': 'same-origin',
};

/** `no-store` also for answers that carry something personal (RFC 9111 5.2.2.5). */
export const privateAnswerHeaders: Headers = { ...answerHeaders, 'cache-control': 'no-store' };

// `same-origin`, not `no-referrer`: with the latter a browser sends `Origin: null` with our own forms (Fetch 3.2),
// and the check of where a POST comes from would be blind. Other origins get no referrer from either.
const pageBase: Headers = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
  'cache-control': 'no-store',
};

const formTarget = /^(?:https?:\/\/[a-z0-9*.:[\]-]+|[a-z][a-z0-9+.-]*:)$/i;

const frameOrigin = /^https:\/\/[a-z0-9.:[\]-]+$/i;

/** Headers of an HTML page: our own styles and images, forms only to ourselves and `formTargets`; a script or a frame only when named. */
export function pageHeaders(options: PageHeaderOptions = {}): Headers {
  const targets = (options.formTargets ?? []).filter((target) => formTarget.test(target));
  const formAction = ["'self'", ...new Set(targets)].join(' ');
  const frames = [...new Set(options.frames ?? [])].filter((origin) => frameOrigin.test(origin)).sort();
  const { scriptHash, styleHash } = options;
  const style = styleHash === undefined ? '' : ` 'sha256-${styleHash}'`;
  return {
    ...pageBase,
    'content-security-policy':
      `default-src 'none'; style-src 'self'${style}; img-src 'self' data:; ` +
      (scriptHash === undefined ? '' : `script-src 'sha256-${scriptHash}'; connect-src 'self'; `) +
      (frames.length === 0 ? '' : `frame-src ${frames.join(' ')}; `) +
      `form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`,
  };
}
