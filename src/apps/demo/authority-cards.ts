// Orders the demo's own cards at its certificate authority, over the issue API, as any caller would.
import { createHash, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { parse } from '../../base/schema/index.ts';
import { pemBlocks, publicKeyDer, toPem, writeCsr, writeName, writePkcs12 } from '../../base/x509/index.ts';
import { certificateMessage, type OrderMessage, type StateMessage } from '../../wire/authority/index.ts';
import type { DemoPlace } from './place.ts';
import { demoFiles } from './place.ts';
import { newKey, privateKeyPem } from './test-ca/authority.ts';
import type { CardRequest, IssuedCard } from './test-ca/index.ts';

/** Where the authority's hierarchy lies; undefined when this demo has no authority. */
export function authorityHierarchy(place: DemoPlace) {
  const folder = join(place.folder, 'authority');
  if (place.caUrl === undefined || !existsSync(join(folder, 'authority.yaml'))) return undefined;
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const { publishUrl } = JSON.parse(read('root/root-register.json')) as { publishUrl: string };
  return { root: read('root.pem'), staff: read('staff.pem'), publishUrl };
}

async function ask(place: DemoPlace, path: string, message: OrderMessage | StateMessage): Promise<unknown> {
  const folder = join(place.folder, 'authority');
  const body = JSON.stringify(message);
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asking = request(`${place.caUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      ca: readFileSync(demoFiles(place.folder).tlsRoot),
      cert: readFileSync(join(folder, 'caller.pem')),
      key: readFileSync(join(folder, 'caller.key')),
      agent: false,
      timeout: 10_000,
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer from the certificate authority')));
    asking.on('error', reject);
    asking.on('response', (answer) => {
      let got = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        got += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: got }));
    });
    asking.end(body);
  });
  if (status !== 200 && status !== 201) throw new Error(`the certificate authority answered ${status}: ${text}`);
  return JSON.parse(text) as unknown;
}

/** Orders one card with a new key; `order` names the order, which gives one certificate however often it is sent. */
export async function orderCard(
  place: DemoPlace,
  order: string,
  { holder, cardNumber }: CardRequest,
): Promise<IssuedCard> {
  const key: KeyObject = newKey();
  const { givenName, surname, serialNumber, country = 'NO', organization = 'Demo Region', title } = holder;
  const csr = writeCsr({ subject: writeName([]), publicKey: publicKeyDer(key) }, key);
  const answer = parse(
    certificateMessage,
    await ask(place, '/v1/certificates', {
      order,
      profile: 'login',
      csr: toPem(csr, 'CERTIFICATE REQUEST'),
      holder: {
        country,
        organization,
        ...(title === undefined ? {} : { title }),
        commonName: `${givenName} ${surname}`,
        surname,
        givenName,
        serialNumber,
        ...(cardNumber === undefined ? {} : { cardNumber }),
      },
    }),
  );
  if (!answer.ok) throw new Error('the certificate authority gave another answer than agreed');
  const [pem = '', ...chainPem] = answer.value.chain;
  const [der = Buffer.alloc(0), ...above] = answer.value.chain.flatMap((each) => pemBlocks(each));
  return {
    authority: 'simple',
    der,
    pem,
    key,
    keyPem: privateKeyPem(key),
    chainPem,
    chain: [der, ...above],
    serial: answer.value.serial,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    pkcs12: (password) =>
      writePkcs12({
        held: [{ key, certificate: der }],
        chain: above,
        friendlyName: `${givenName} ${surname} (simple)`,
        password,
      }),
  };
}

export async function revokeCard(place: DemoPlace, { serial }: IssuedCard): Promise<void> {
  await ask(place, `/v1/certificates/staff/${serial}/state`, { to: 'revoked', reason: 'keyCompromise' });
}
