// The wiring: core's ports get their edges. No rule lives here.
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../../base/clock.ts';
import { newId, type Random, systemRandom } from '../../base/ids.ts';
import type { Keyring } from '../../base/sealing/index.ts';
import { auditRow } from '../../core/audit/index.ts';
import { type CatalogueSnapshot, type LiveCatalogue, openLiveCatalogue } from '../../core/catalogue/index.ts';
import type { GrantReads } from '../../core/grants/index.ts';
import { release, releaseAssertion } from '../../core/issuing/index.ts';
import { createDispatcher, type Dispatcher } from '../../core/journey/index.ts';
import { personOfHint } from '../../core/linking/index.ts';
import {
  createPartnerRecords,
  type EntityMetadata,
  memberNow,
  type PartnerRecords,
} from '../../core/metadata/index.ts';
import { decide, networkFinderOf } from '../../core/policy/index.ts';
import { accountBehind } from '../../core/provisioning/index.ts';
import { createSessions, type SessionPorts, type Sessions } from '../../core/sessions/index.ts';
import { createHashing, type Hashing, passwordConnector } from '../../edge/connectors/password/index.ts';
import type { BrowserFace, OidcPorts } from '../../edge/frontends/oidc/index.ts';
import type { SamlPorts } from '../../edge/frontends/saml/index.ts';
import { boundedRequest } from '../../edge/outgoing/http/index.ts';
import { type AccountStore, accountStore } from '../../edge/store/hub/accounts.ts';
import { catalogueSource } from '../../edge/store/hub/catalogue.ts';
import { clientDraftReads } from '../../edge/store/hub/client-drafts.ts';
import { clientKeyStore } from '../../edge/store/hub/client-keys.ts';
import { createCommitter, type HubCommitter } from '../../edge/store/hub/committer.ts';
import { deviceStore } from '../../edge/store/hub/device.ts';
import { identityLookup, personReader } from '../../edge/store/hub/directory.ts';
import { grantStore } from '../../edge/store/hub/grants.ts';
import { identityLinks } from '../../edge/store/hub/identity-links.ts';
import { identityVault } from '../../edge/store/hub/identity-vault.ts';
import { keptAnswers } from '../../edge/store/hub/kept-answers.ts';
import { loginStore } from '../../edge/store/hub/logins.ts';
import { memberReads } from '../../edge/store/hub/metadata-members.ts';
import { nationalNumbers } from '../../edge/store/hub/national-number.ts';
import { organisationNumber } from '../../edge/store/hub/organisation-number.ts';
import { passwordAccounts } from '../../edge/store/hub/password.ts';
import { signingKeyStore } from '../../edge/store/hub/signing-keys.ts';
import { loginThrottle } from '../../edge/store/hub/throttle.ts';
import { waitingRequests } from '../../edge/store/hub/waiting-requests.ts';
import { draftPath } from '../../edge/web/portal/index.ts';
import { preconditions } from './accounts/preconditions.ts';
import { outgoingAuthorities } from './authorities.ts';
import { endMissingCommissions } from './brake/watch.ts';
import { type CardWiring, wireCards } from './cards.ts';
import { clientSecrets } from './client-secrets.ts';
import { heldFacts } from './held.ts';
import { entityMetadata, memberCatalogue, withFoundMembers } from './metadata/index.ts';
import { announcedPartners } from './partners.ts';
import { passwordDomains } from './password-domains.ts';
import { type EnrolmentDesk, enrolmentDesk, type FeedParts } from './people/index.ts';
import { openRegisters, type Registers, registeredNumber } from './registers.ts';
import { samlLogin } from './saml-login.ts';
import { bytesSealing, documentSealing, loginMarks } from './sealing.ts';
import { type LiveKeys, liveKeys, makeDueKeys } from './signing.ts';
import { openFeed, type PersonSources, personSources, type SourceParts } from './sources/person-sources.ts';
import { type UpstreamFaces, wireUpstream } from './upstream.ts';
import { createWake, type Wake } from './wake.ts';

export interface Core {
  readonly clock: Clock;
  readonly random: Random;
  readonly catalogue: LiveCatalogue;
  readonly committer: HubCommitter;
  /** Called when work was put into the outbox here. */
  readonly outboxWake: Wake;
  readonly accounts: AccountStore;
  /** Argon2id: few at once. */
  readonly hashing: Hashing;
  readonly sessions: Sessions;
  /** Logout at the providers that a session rests on. */
  readonly upstream: UpstreamFaces;
  /** Public address of the hub. */
  readonly hubUrl: string;
  readonly sessionPorts: SessionPorts;
  /** SAML metadata of others. */
  readonly metadata: EntityMetadata;
  /** Finds providers anew that records of whole sources bring. */
  readonly findMembers: () => Promise<void>;
  /** Records of SAML partners, filled in from it. */
  readonly partners: PartnerRecords;
  readonly dispatcher: Dispatcher;
  /** People whom sources tell of. */
  readonly enrolment: EnrolmentDesk;
  readonly sources: PersonSources;
  /** Sources that tell of their changes by themselves. */
  readonly feeds: FeedParts;
  readonly keys: LiveKeys;
  readonly cards: CardWiring;
  /** Registers of others, and the number that people are found by there. */
  readonly registers: Registers & { readonly nationalNumber: (person: string) => Promise<string | undefined> };
  /** What the OpenID provider needs, but for the browser's face. */
  oidcPorts(browser: BrowserFace): OidcPorts;
  /** The same for the SAML identity provider, but for its pages. */
  samlPorts(pages: Pick<SamlPorts, 'browser' | 'stillOpen' | 'wrongTries'>): SamlPorts;
}

export interface CoreParts {
  readonly pool: pg.Pool;
  readonly connect: () => pg.Client;
  readonly connection: pg.PoolConfig;
  readonly node: string;
  readonly keyring: Keyring;
  readonly dataFolder: string;
  /** Public address of the hub. */
  readonly hubUrl: string;
  /** PEM file of an authority that outgoing calls trust beside the system's: the demo's. */
  readonly extraAuthority?: string | undefined;
  readonly registersUrl?: string | undefined;
  /** Told how long each look-up in a register of people took. */
  readonly measureSource?: SourceParts['measure'];
  readonly log: Logger;
}

/** Puts the core on its stores. The database is migrated. */
export async function composeCore(parts: CoreParts): Promise<Core> {
  const { pool, keyring, log } = parts;
  const clock = systemClock;
  const documents = documentSealing(keyring);
  const outboxWake = createWake();
  const committer = createCommitter({
    onOutbox: outboxWake.call,
    connection: parts.connection,
    node: parts.node,
    toEventRow: (event) => ({ ...auditRow(event) }),
    seal: documents.seal,
    onError: (error) =>
      log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'a commit is tried again'),
  });
  let prepare = async (_: CatalogueSnapshot): Promise<void> => {};
  const memberStore = memberReads(pool);
  const members = memberCatalogue(memberStore, clock);
  const written = await openLiveCatalogue({
    source: catalogueSource(pool, parts.connect),
    clock,
    prepare: (next) => prepare(next),
    onFailure: (error) =>
      log.error({ error: error instanceof Error ? error.message : String(error) }, 'the catalogue could not be read'),
  });
  await members.find(written.snapshot());
  const catalogue = withFoundMembers(written, members);
  const snapshot = catalogue.snapshot;
  const cards = wireCards(parts.dataFolder, snapshot, clock, parts.pool);
  const store = loginStore(pool, documents.open);
  const accounts = accountStore(pool);
  const people = personReader(pool);
  const vault = identityVault(keyring);
  const identities = identityLookup(pool, vault);
  const nationalNumber = nationalNumbers(pool, vault);
  const authorities = outgoingAuthorities(parts.extraAuthority && readFileSync(parts.extraAuthority, 'utf8'));
  const registers = openRegisters({ dataFolder: parts.dataFolder, registersUrl: parts.registersUrl }, log, authorities);
  const held = heldFacts(keyring, nationalNumber, registeredNumber(registers, clock));
  const sessionPorts: SessionPorts = { store, commit: committer.commit, clock, marksOf: loginMarks(keyring) };
  const sessions = createSessions(sessionPorts);
  const hashing = createHashing();
  const throttle = loginThrottle(pool);
  const verifySecret = clientSecrets(createHashing({ atOnce: 2 }));
  const keys = liveKeys(signingKeyStore(pool, bytesSealing(keyring)), snapshot, clock);
  // The first client of its kind finds the key that its issuer signs with.
  prepare = async (next) => {
    await makeDueKeys({ keys, committer, clock }, next);
    await members.find(next);
  };
  const upstream = wireUpstream({ keyring, keys, clock, hubUrl: parts.hubUrl, authorities });
  const metadata = entityMetadata({ pool, clock, catalogue: snapshot, authorities, log });
  const records = createPartnerRecords(metadata, memberNow(snapshot, memberStore, clock));
  const partners = announcedPartners({ records, commit: committer.commit, clock, log });
  const sources = personSources({ keyring, clock, authorities, measure: parts.measureSource });
  const enrolment = enrolmentDesk({
    pool,
    vault,
    clock,
    random: systemRandom,
    snapshot,
    sourceOf: (id) => {
      const record = snapshot().personSources.get(id);
      return record === undefined || record.closed ? undefined : sources.of(record);
    },
    endMissing: () =>
      endMissingCommissions({ pool, clock, seals: keyring, profiles: () => snapshot().cardProfiles }, true),
    failed: (source, error) =>
      log.warn(
        { source, error: error instanceof Error ? error.message : 'unknown' },
        'a source of people did not answer',
      ),
  });
  const dispatcher = createDispatcher({
    store,
    commit: committer.commit,
    sessions,
    people,
    identities,
    links: identityLinks(pool),
    subjectOf: held.subjectOf,
    devices: deviceStore(pool),
    cards: cards.cards,
    accounts,
    preconditions: preconditions(keyring),
    enrolment,
    connectors: {
      smartcard: cards.connector,
      password: passwordConnector({
        accounts: passwordAccounts(pool),
        throttle,
        hashing,
        networkOf: (address) => networkFinderOf(snapshot())(address),
        newId: () => newId(clock()),
      }),
      directoryPassword: passwordDomains({ keyring, throttle, catalogue: snapshot, clock }),
      oidc: upstream.connector,
      saml: samlLogin({
        keys,
        partners,
        hubUrl: parts.hubUrl,
        organisationNumber: organisationNumber(pool),
        commit: committer.commit,
        authorities,
      }),
    },
    catalogue: snapshot,
    clock,
    random: systemRandom,
  });
  const reads: GrantReads = grantStore(pool, documents.open);

  return {
    clock,
    random: systemRandom,
    catalogue,
    committer,
    outboxWake,
    accounts,
    hashing,
    sessions,
    upstream,
    hubUrl: parts.hubUrl,
    sessionPorts,
    metadata,
    findMembers: () => members.find(written.snapshot()),
    partners,
    dispatcher,
    enrolment,
    sources,
    feeds: {
      pool,
      vault,
      clock,
      random: systemRandom,
      snapshot,
      feedOf: (record) => openFeed(record, { keyring, clock, authorities }),
    },
    keys,
    cards,
    registers: { ...registers, nationalNumber },
    samlPorts: (pages) => ({
      ...pages,
      clock,
      random: systemRandom,
      catalogue: snapshot,
      partner: partners.application,
      commit: committer.commit,
      keys,
      seals: keyring,
      kept: keptAnswers(pool, documents.open),
      dispatcher,
      sessions,
      async release(permit, wish) {
        const person = wish.person ?? (await people.facts(permit.person));
        if (!person) throw new Error('the person is gone');
        const facts = await held.assertion(wish.application, permit.person, wish.session);
        const account = accountBehind(snapshot().accountRules.values(), permit, person);
        return releaseAssertion(permit, { ...wish, person, held: { ...facts, account } });
      },
    }),
    oidcPorts: (browser) => ({
      clock,
      random: systemRandom,
      catalogue: snapshot,
      commit: committer.commit,
      reads,
      waiting: waitingRequests(pool),
      hinted: {
        byIdentifier: (hint) => personOfHint(identities, hint),
        bySession: async (id) => (await store.byId(id))?.person,
      },
      deviceTries: throttle,
      registeredKeys: clientKeyStore(pool).registeredKeys,
      drafts: {
        ...clientDraftReads(pool),
        confirmationUrl: (draft) => `${new URL(parts.hubUrl).origin}${draftPath(draft)}`,
      },
      keys,
      nonces: keyring,
      dispatcher,
      browser,
      sessions,
      decide,
      async release(permit, wish) {
        const application = snapshot().clients.get(wish.application);
        const person = wish.person ?? (await people.facts(permit.person));
        if (!application || !person) throw new Error('the application or person is gone');
        const wanted = { ...wish, application };
        return release(permit, {
          ...wanted,
          person,
          held: {
            ...(await held.facts(permit, { ...wanted, person }, snapshot())),
            account: accountBehind(snapshot().accountRules.values(), permit, person),
          },
        });
      },
      async recheck(evidence) {
        if (!evidence.certificate) return 'good';
        return (await cards.cards.recheck(evidence.certificate, clock())).status;
      },
      registers: {
        ...registers,
        nationalNumber,
        async holder(id) {
          const session = await store.byId(id);
          return session && { session, person: await people.facts(session.person) };
        },
      },
      accounts,
      verifySecret,
      async fetchJwks(uri) {
        try {
          const answer = await boundedRequest(uri, {
            method: 'GET',
            headers: { accept: 'application/json' },
            timeoutMs: 3000,
            maxBytes: 65_536,
            authorities,
          });
          return answer.status === 200 ? answer.body : undefined;
        } catch {
          return undefined;
        }
      },
    }),
  };
}
