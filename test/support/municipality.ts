// The hub with the demo's municipality: a second hub, and the SAML application that both share.
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './http-browser.ts';
import { type RunningHub, startHub } from './hub.ts';
import { freePort } from './port.ts';

export interface SharingHub {
  readonly hub: RunningHub;
  readonly cosmicLinkUrl: string;
  readonly municipalityUrl: string;
  /** How long after the hub the municipality was there. */
  readonly municipalityMs: number;
}

/** Starts the hub and waits until the municipality and it know each other. */
export async function startSharingHub(): Promise<SharingHub> {
  const cosmicLinkUrl = `https://localhost:${await freePort()}`;
  const municipalityUrl = `https://localhost:${await freePort()}`;
  const env = { TILLIT_COSMIC_LINK_URL: cosmicLinkUrl, TILLIT_MUNICIPALITY_URL: municipalityUrl };
  const hub = await startHub({ env });
  const from = performance.now();
  for (;;) {
    const start = await ask(new URL(hub.hubUrl), { root: hub.rootPem });
    if (start.body.includes('berit.password')) break;
    if (start.body.includes('log.txt') || performance.now() - from > 120_000) {
      await hub.remove();
      throw new Error(`the municipality is not there:\n${hub.output()}`);
    }
    await sleep(200);
  }
  return { hub, cosmicLinkUrl, municipalityUrl, municipalityMs: performance.now() - from };
}
