// SimpleSAMLphp as an organisation's identity provider, with people who have passwords; its settings can change while it runs.
import { startApache } from '../apache.ts';
import { ask, formsOf, type HttpAnswer, type HttpBrowser } from '../http-browser.ts';
import type { PeerTls } from '../peer-tls.ts';
import { newSamlCredential } from './credentials.ts';
import { type SimpleSamlProfile, type SimpleSamlState, writeProvider } from './simple-saml-files.ts';

export interface SimpleSamlSettings extends SimpleSamlProfile {
  readonly tls: PeerTls;
  /** Its address of metadata, when it is not given. */
  readonly entityId?: string;
  /** Metadata of the applications that it knows from the start. */
  readonly peers?: readonly string[];
}

export interface SimpleSaml {
  readonly entityId: string;
  readonly url: string;
  /** Where its metadata is, signed with a key that stays, whose certificate (PEM) this is. */
  readonly metadataUrl: string;
  readonly metadataCertificate: string;
  readonly metadata: () => Promise<string>;
  /** From now on these applications, given as metadata, are the ones that it knows. */
  readonly trust: (...peers: readonly string[]) => void;
  readonly change: (profile: Partial<SimpleSamlProfile>) => void;
  /** Its metadata names the key to come beside the one that signs. */
  readonly announce: () => Promise<void>;
  /** From now on it signs with the announced key, or with a new one, and its metadata names that alone. */
  readonly roll: () => Promise<void>;
  /** At its login page: answers as this person; what comes back is sent on by `browser.sendOn`, a redirect up to `until`. */
  readonly logIn: (
    browser: HttpBrowser,
    page: HttpAnswer,
    user: string,
    given?: { readonly password?: string; readonly until?: (url: URL) => boolean },
  ) => Promise<HttpAnswer>;
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

const metadataPath = '/saml2/idp/metadata.php';
const newKey = () => newSamlCredential('SimpleSAMLphp');

/** A provider that signs with a key of its own. Ask `requireDebian(...samlPackages)` first. */
export async function startSimpleSaml(given: SimpleSamlSettings): Promise<SimpleSaml> {
  const [key, metadataKey] = await Promise.all([newKey(), newKey()]);
  const { peers = [], entityId = '' } = given;
  let state: SimpleSamlState = { entityId, profile: given, peers, key, next: undefined, metadataKey };
  const apache = await startApache({
    name: 'simplesamlphp',
    tls: given.tls,
    readyPath: metadataPath,
    configure: (place) => {
      state = { ...state, entityId: given.entityId ?? `${place.url}${metadataPath}` };
      writeProvider(place, state);
      return `
DocumentRoot /usr/share/simplesamlphp/www
SetEnv SIMPLESAMLPHP_CONFIG_DIR ${place.folder}/config
`;
    },
  });
  const now = (changed: Partial<SimpleSamlState>): void => {
    state = { ...state, ...changed };
    writeProvider(apache, state);
  };
  const metadataUrl = `${apache.url}${metadataPath}`;
  return {
    entityId: state.entityId,
    url: apache.url,
    metadataUrl,
    metadataCertificate: metadataKey.certificate,
    metadata: async () => (await ask(new URL(metadataUrl), { root: given.tls.root })).body,
    trust: (...known) => now({ peers: known }),
    change: (changed) => now({ profile: { ...state.profile, ...changed } }),
    announce: async () => now({ next: await newKey() }),
    roll: async () => now({ key: state.next ?? (await newKey()), next: undefined }),
    logIn: async (browser, page, user, { password, until } = {}) => {
      const form = formsOf(page).find(({ fields }) => 'password' in fields);
      if (form === undefined) throw new Error(`no login form at ${page.url}:\n${page.body}`);
      const typed = { username: user, password: password ?? state.profile.users[user]?.password ?? '' };
      return await browser.submit(page, form, typed, until);
    },
    said: apache.said,
    stop: apache.stop,
  };
}
