// The demo's own program: its applications, the API of one, the test-token service, and the server that the test CA's lists come from.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { systemClock, toSeconds } from '../../base/clock.ts';
import { signingKeyOf } from '../../base/jose/index.ts';
import { startApplication } from './application.ts';
import { startCosmicLink } from './cosmic-link/application.ts';
import { coreRecordAgreement, coreRecordAudience, ehrAudience } from './grounds.ts';
import type { Look } from './pages.ts';
import { demoPeople } from './people.ts';
import { coreRecordClient, type DemoPlace, demoFiles, demoPlace, ehrClient } from './place.ts';
import { recordApi } from './record-api/index.ts';
import { createTestPki, listHandler } from './test-ca/index.ts';
import { startTestTokens } from './test-tokens/index.ts';
import { usageReports } from './usage-reports.ts';

interface Running {
  close(): Promise<void>;
}

/** Starts all of them; answers how to stop them. */
export async function runDemo(place: DemoPlace): Promise<Running> {
  const files = demoFiles(place.folder);
  const running: Running[] = [];
  try {
    running.push(await startLists(place));
    running.push(await startTestTokenService(place));
    if (place.municipalityUrl !== undefined) running.push(await startLink(place));
    for (const { client, url, look } of looks(place)) {
      const key = createPrivateKey(readFileSync(files.key(client)));
      const own = { issuer: place.hubUrl, clientId: client, key, kid: client };
      running.push(
        await startApplication({
          ...own,
          scope: 'openid profile assignment offline_access',
          url,
          listen: listenAddress(url),
          tls: { certificate: files.tlsCertificate, key: files.tlsKey },
          look,
          ...(client === ehrClient
            ? { resources: [ehrAudience, coreRecordAudience] }
            : { api: recordApi(coreRecordAgreement(place.hubUrl), now), reportRead: usageReports(own) }),
        }),
      );
    }
  } catch (error) {
    for (const each of running) await each.close();
    throw error;
  }
  return { close: async () => void (await Promise.all(running.map((each) => each.close()))) };
}

const hubPages = ({ hubUrl }: DemoPlace) => ({ portal: `${hubUrl}/portal`, trail: `${hubUrl}/demo/trail` });

function startLink(place: DemoPlace): Promise<Running> {
  const files = demoFiles(place.folder);
  return startCosmicLink({
    url: place.cosmicLinkUrl,
    hubUrl: place.hubUrl,
    keyFile: files.cosmicLinkKey,
    listen: listenAddress(place.cosmicLinkUrl),
    tls: { certificate: files.tlsCertificate, key: files.tlsKey },
    look: { theme: 'link', other: place.ehrUrl, ...hubPages(place) },
  });
}

function looks(place: DemoPlace): readonly { client: string; url: string; look: Look }[] {
  const pages = hubPages(place);
  return [
    {
      client: ehrClient,
      url: place.ehrUrl,
      look: { theme: 'ehr', other: place.coreRecordUrl, ...pages },
    },
    {
      client: coreRecordClient,
      url: place.coreRecordUrl,
      look: { theme: 'record', other: place.ehrUrl, ...pages },
    },
  ];
}

const now = (): number => toSeconds(systemClock());

const listenAddress = (url: string) => ({ host: '127.0.0.1', port: Number(new URL(url).port || 443) });

function startTestTokenService(place: DemoPlace): Promise<Running> {
  const files = demoFiles(place.folder);
  return startTestTokens(
    {
      issuer: place.testTokensUrl,
      key: signingKeyOf({ alg: 'ES256', privateKey: createPrivateKey(readFileSync(files.testTokensKey)) }),
      accessKey: readFileSync(files.testTokensAccess, 'utf8').trim(),
      people: demoPeople,
      now,
    },
    { listen: listenAddress(place.testTokensUrl), tls: { certificate: files.tlsCertificate, key: files.tlsKey } },
  );
}

async function startLists(place: DemoPlace): Promise<Running> {
  const handle = listHandler(createTestPki(demoFiles(place.folder).ca, { crlBaseUrl: place.crlUrl }));
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(new URL(place.crlUrl).port || 80), '127.0.0.1', resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

if (import.meta.main) {
  const running = await runDemo(demoPlace(process.env['TILLIT_DEMO_PLACE']));
  process.send?.({ ready: true });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void running.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop); // the hub is gone
}
