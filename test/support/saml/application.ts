// What the SAML applications of the tests have in common: their addresses, and the page that tells what a login brought.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpAnswer } from '../http-browser.ts';

/** What the application was told, in its own software's words. */
export interface ReceivedLogin {
  /** REMOTE_USER. */
  readonly user: string;
  /** The entity that answered for the person. */
  readonly provider: string;
  readonly nameId: string;
  /** AuthnContextClassRef. */
  readonly loa: string;
  readonly sessionIndex: string;
  /** Those of `attributes` that came, each with all its values. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** The Response as it came, where the software hands it on. */
  readonly response?: string;
}

export interface SamlApplication {
  readonly entityId: string;
  readonly url: string;
  /** Begins a login, or shows as JSON what the last one brought. */
  readonly protectedUrl: string;
  /** Begins a logout at the provider too, and comes back to `url`. */
  readonly logoutUrl: string;
  /** The metadata that the software makes of its settings. */
  readonly metadata: () => Promise<string>;
  /** Reads the protected page; throws with the page when it is another. */
  readonly received: (page: HttpAnswer) => ReceivedLogin;
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

export const entityIdOf = (metadata: string): string => /entityID="([^"]*)"/.exec(metadata)?.[1] ?? '';

/** What the web server knows of a request. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A public page, and `protected/` with one that prints all its variables as JSON. */
export function writePages(folder: string): void {
  mkdirSync(join(folder, 'www', 'protected'), { recursive: true });
  writeFileSync(join(folder, 'www', 'index.php'), '<?php echo "not logged in";\n');
  writeFileSync(
    join(folder, 'www', 'protected', 'index.php'),
    '<?php header("Content-Type: application/json"); echo json_encode($_SERVER, JSON_INVALID_UTF8_SUBSTITUTE);\n',
  );
}

/** What the protected page prints. */
export function receivedJson<Printed = Variables>(page: HttpAnswer): Printed {
  if (page.status === 200 && page.headers['content-type'] === 'application/json')
    return JSON.parse(page.body) as Printed;
  throw new Error(`${page.url} is not the protected page: ${page.status}\n${page.body}`);
}
