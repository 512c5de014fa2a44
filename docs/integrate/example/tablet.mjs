// The smallest program on an enrolled device: makes its keys, enrols, fetches a certificate for the rest of a shift, logs in with it.
// Run:  HUB=https://localhost:8443 node tablet.mjs enrol CODE | shift CODE | login | end          (see ../device.md)
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const { HUB, FOLDER = 'tablet' } = process.env;
const [, , verb, code] = process.argv;
const hub = new URL(HUB ?? 'https://localhost:8443').origin;
const at = (name) => join(FOLDER, name);
const show = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

// 1. A key that stays on this device. Here it lies in a file; a real program makes it in the secure enclave, the TPM or the key
//    store of the system, so that it cannot be copied.
mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
function keyIn(file) {
  if (!existsSync(at(file))) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(at(file), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  return createPrivateKey(readFileSync(at(file)));
}
const jwkOf = (key) => createPublicKey(key).export({ format: 'jwk' });

// 2. Every message is a JWS (RFC 7515) that the device's own key signs, made for this hub and for this minute.
function signed(key, header, claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = { alg: 'ES256', typ: 'tillit-device+jwt', ...header };
  const input = `${part(head)}.${part({ aud: hub, iat: Math.floor(Date.now() / 1000), ...claims })}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** One request; a client certificate is shown where one is given. */
function ask(url, { method = 'GET', headers = {}, body, card = {} } = {}) {
  return new Promise((resolve, reject) => {
    const { host, hostname } = new URL(url);
    // Names below localhost are this machine (RFC 6761 6.3), whatever its resolver says.
    const here = hostname.endsWith('localhost') ? { hostname: '127.0.0.1', servername: hostname } : {};
    const how = { method, headers: { ...headers, host }, agent: false, timeout: 20_000, ...here, ...card };
    const asking = request(url, how, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const { statusCode: status, headers: got } = answer;
        resolve({ url: new URL(url), status, headers: got, body: Buffer.concat(parts).toString() });
      });
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer in time')));
    asking.on('error', reject);
    asking.end(body);
  });
}

async function post(path, makeMessage) {
  for (;;) {
    const headers = { 'content-type': 'application/jose' };
    const answer = await ask(`${hub}${path}`, { method: 'POST', headers, body: makeMessage() });
    // 202: the authority could not be asked yet. The same again, with a new time, is the same order: never two certificates.
    if (answer.status === 202) await sleep(1000 * Number(answer.headers['retry-after']));
    else if (answer.status < 300) return answer.body === '' ? {} : JSON.parse(answer.body);
    else throw Object.assign(new Error(answer.body), { told: JSON.parse(answer.body) });
  }
}

// 3. PKCS #10 (RFC 2986) for the key of this shift. Its subject may be empty: the hub says who it is.
function certificateRequest(key) {
  const der = (tag, ...inside) => {
    const value = Buffer.concat(inside);
    const size = value.length < 128 ? [value.length] : [0x81, value.length]; // Nothing here is longer than 255.
    return Buffer.concat([Buffer.from([tag, ...size]), value]);
  };
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const info = der(0x30, der(0x02, Buffer.from([0])), der(0x30), publicKey, der(0xa0));
  const ecdsaWithSha256 = der(0x30, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  return der(0x30, info, ecdsaWithSha256, der(0x03, Buffer.from([0]), sign('sha256', info, key))).toString('base64');
}

async function enrol() {
  const key = keyIn('device.key');
  const enrolled = await post('/api/devices/enrol', () => signed(key, { jwk: jwkOf(key) }, { code }));
  writeFileSync(at('device.json'), JSON.stringify(enrolled));
  show({ enrolled });
}

// 4. A new key for each shift: what is left of the one before is worth nothing to anybody.
async function shift() {
  const { device } = JSON.parse(readFileSync(at('device.json'), 'utf8'));
  // The key stays while its code is the same: after a crash the same request fetches the same certificate.
  if (existsSync(at('shift.code')) && readFileSync(at('shift.code'), 'utf8') !== code)
    rmSync(at('shift.key'), { force: true });
  writeFileSync(at('shift.code'), code, { mode: 0o600 });
  const key = keyIn('shift.key');
  if (!existsSync(at('shift.csr')) || readFileSync(at('shift.csr'), 'utf8').split(' ')[0] !== code)
    writeFileSync(at('shift.csr'), `${code} ${certificateRequest(key)}`);
  const csr = readFileSync(at('shift.csr'), 'utf8').split(' ')[1];
  const got = await post('/api/devices/certificates', () =>
    signed(keyIn('device.key'), {}, { iss: device, code, csr }),
  );
  writeFileSync(at('shift.pem'), got.certificate);
  writeFileSync(at('shift.json'), JSON.stringify(got));
  show({ fingerprint: got.fingerprint, notAfter: got.notAfter });
}

async function end() {
  const { device } = JSON.parse(readFileSync(at('device.json'), 'utf8'));
  const { fingerprint } = JSON.parse(readFileSync(at('shift.json'), 'utf8'));
  await post('/api/devices/certificates/end', () =>
    signed(keyIn('device.key'), {}, { iss: device, certificate: fingerprint }),
  );
  for (const name of ['key', 'pem', 'csr', 'code', 'json']) rmSync(at(`shift.${name}`), { force: true });
  show({ ended: fingerprint });
}

// 5. To log in, the certificate is shown by mutual TLS where a card would be. A browser does all of this by itself when the
//    certificate and its key are in the system's store; here is what happens, step by step.
async function login() {
  const card = { cert: readFileSync(at('shift.pem')), key: readFileSync(at('shift.key')) };
  const jars = new Map();
  async function go(to, given = {}) {
    let url = new URL(to);
    let how = given;
    for (let hop = 0; hop < 12; hop += 1) {
      const jar = jars.get(url.host) ?? jars.set(url.host, new Map()).get(url.host);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const isCardHost = url.pathname.startsWith('/card/');
      const headers = { 'accept-language': 'en', ...how.headers, ...(cookie && { cookie }) };
      const answer = await ask(url, { ...how, headers, card: isCardHost ? card : {} });
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        jar.set(name, value);
      }
      if (answer.headers.location === undefined) return answer;
      url = new URL(answer.headers.location, url);
      how = {};
    }
    throw new Error('too many redirects');
  }
  let page = await go(`${hub}/portal`);
  // Where there is a choice: the card.
  const form = /<form[^>]*action="(\/login\/[^"]+)"[^>]*>(?:(?!<\/form>)[\s\S])*value="smartcard"/.exec(page.body);
  if (form) {
    const fields = [...form[0].matchAll(/<input[^>]*name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]);
    const body = new URLSearchParams([...fields, ['_provider', 'smartcard']]).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: hub };
    page = await go(new URL(form[1], hub), { method: 'POST', headers, body });
  }
  const [, link] = /href="(\/login\/[^"]+\/card)"/.exec(page.body) ?? [];
  if (link !== undefined) page = await go(new URL(link, hub));
  const [, title] = /<h1[^>]*>([^<]*)</.exec(page.body) ?? [];
  const [, who] = /class="who"><p><strong>([^<]*)</.exec(page.body) ?? [];
  show({ title, who: who ?? null });
  if (who === undefined) process.exitCode = 1;
}

const verbs = { enrol, shift, login, end };
if (verbs[verb] === undefined || ((verb === 'enrol' || verb === 'shift') && code === undefined)) {
  show({ usage: 'tablet.mjs enrol CODE | shift CODE | login | end' });
  process.exitCode = 2;
} else {
  await verbs[verb]().catch((error) => {
    show({ refused: error.told ?? error.message });
    process.exitCode = 1;
  });
}
