// The checks on everything but applications: references, certificates, address blocks, patterns, contrast, periods.

import { isNetworkAddress, parseBlock } from '../../base/ip-address.ts';
import { pemBlocks, readCertificate } from '../../base/x509/index.ts';
import { reaches } from '../../wire/codes/index.ts';
import { levelNamed } from './assurance-names.ts';
import type { CatalogueCheck, CatalogueProblem } from './checks.ts';
import { contrastRatio, leastContrast } from './contrast.ts';
import { patternFault, patternFaultTexts } from './safe-pattern.ts';
import { instantOf } from './schema-parts.ts';
import type { Population } from './snapshot.ts';

/** A block that is written as one: with a prefix, and no bits after it. */
function readBlock(cidr: string) {
  const block = cidr.includes('/') ? parseBlock(cidr) : undefined;
  return block && isNetworkAddress(block) ? block : undefined;
}

const problem = (
  kind: CatalogueProblem['kind'],
  id: string,
  path: CatalogueProblem['path'],
  message: string,
): CatalogueProblem => ({ kind, id, path, message });

export const itemChecks: readonly CatalogueCheck[] = [
  {
    name: 'issuer.references',
    clause: 'house: issuer found by configured URL',
    *test({ snapshot }) {
      const urls = new Map<string, string>();
      for (const { id, url, brand, approvedLevels } of snapshot.issuers.values()) {
        if (!snapshot.brands.has(brand)) yield problem('issuer', id, ['brand'], `there is no brand ${brand}`);
        if (!URL.canParse(url) || new URL(url).href.replace(/\/$/, '') !== url || url.includes('@')) {
          yield problem('issuer', id, ['url'], 'write the URL as a browser shows it, without a user name (RFC 8414 2)');
        }
        for (const [index, name] of (approvedLevels ?? []).entries()) {
          if (levelNamed(name) === undefined)
            yield problem('issuer', id, ['approvedLevels', index], `${name} is no name of a level that we know`);
        }
        const same = urls.get(url);
        if (same) yield problem('issuer', id, ['url'], `issuer ${same} has the same URL`);
        urls.set(url, id);
      }
    },
  },
  {
    name: 'provider.references',
    clause: 'house: assurance is data; a password alone is low',
    *test({ snapshot }) {
      for (const { id, connector, populations, maximumAssurance } of snapshot.providers.values()) {
        for (const [index, population] of populations.entries()) {
          if (!snapshot.populations.has(population))
            yield problem('provider', id, ['populations', index], `there is no population ${population}`);
        }
        if (connector === 'smartcard' && populations.length === 0) {
          yield problem('provider', id, ['populations'], 'a smart-card provider needs a population');
        }
        if (connector === 'password' && populations.length > 0) {
          yield problem('provider', id, ['populations'], 'a password has no certificate populations');
        }
        if (connector === 'password' && reaches(maximumAssurance, 'substantial')) {
          yield problem('provider', id, ['maximumAssurance'], 'a password alone is low');
        }
      }
    },
  },
  {
    name: 'population.certificates',
    clause: 'RFC 5280 6.1.1 (d)',
    test: ({ snapshot }) =>
      [...snapshot.populations.values()].flatMap((population) => [...certificateProblems(population)]),
  },
  {
    name: 'population.revocation',
    clause: 'house: a permission ends on a day that exists; what is asked first is said only where either will do',
    *test({ snapshot }) {
      for (const { id, revocation } of snapshot.populations.values()) {
        const { grace, first, mode } = revocation;
        if (grace !== undefined && instantOf(grace.until) === undefined)
          yield problem('population', id, ['revocation', 'grace', 'until'], `${grace.until} is not in the calendar`);
        if (first !== undefined && mode !== 'either')
          yield problem('population', id, ['revocation', 'first'], 'only mode either asks one first');
      }
    },
  },
  {
    name: 'population.patterns',
    clause: 'A11 ReDoS',
    *test({ snapshot }) {
      for (const { id, identifiers } of snapshot.populations.values()) {
        for (const [index, { pattern, custom }] of identifiers.entries()) {
          const path = ['identifiers', index, 'custom'];
          if (pattern === 'custom' && custom === undefined)
            yield problem('population', id, path, 'pattern custom needs a regular expression here');
          if (pattern !== 'custom' && custom !== undefined)
            yield problem('population', id, path, 'only pattern custom has a regular expression');
          const fault = custom === undefined ? undefined : patternFault(custom);
          if (fault) yield problem('population', id, path, `${custom}: ${patternFaultTexts[fault]}`);
        }
      }
    },
  },
  {
    name: 'population.assurance',
    clause: 'house: the population’s level is the ceiling',
    *test({ snapshot }) {
      for (const { id, assurance, assuranceByPolicy = {} } of snapshot.populations.values()) {
        for (const [policy, level] of Object.entries(assuranceByPolicy)) {
          if (!reaches(assurance, level))
            yield problem(
              'population',
              id,
              ['assuranceByPolicy', policy],
              `${level} is above the population's own level ${assurance}`,
            );
        }
      }
    },
  },
  {
    name: 'network.blocks',
    clause: 'RFC 4632 3.1',
    *test({ snapshot, organisations }) {
      const owners = new Map<string, string>();
      for (const { id, cidrs, organisation } of snapshot.networks.values()) {
        if (organisation && organisations && !organisations.has(organisation)) {
          yield problem('network', id, ['organisation'], `there is no organisation ${organisation}`);
        }
        for (const [index, cidr] of cidrs.entries()) {
          const owner = owners.get(cidr);
          if (!readBlock(cidr))
            yield problem('network', id, ['cidrs', index], `${cidr} is not a block: are bits after the prefix set?`);
          if (owner) yield problem('network', id, ['cidrs', index], `network ${owner} has the same block`);
          owners.set(cidr, id);
        }
      }
    },
  },
  {
    name: 'settings.proxies',
    clause: 'RFC 9440 4',
    *test({ snapshot }) {
      for (const [index, cidr] of snapshot.settings.trustedProxies.entries()) {
        const block = readBlock(cidr);
        const path = ['trustedProxies', index];
        if (!block) yield problem('settings', 'hub', path, `${cidr} is not a block: are bits after the prefix set?`);
        else if (block.bits === 0)
          yield problem('settings', 'hub', path, 'everybody would be believed: name the addresses of your proxies');
      }
      const { sessionIdle, sessionAbsolute } = snapshot.settings.lifetimes;
      if (sessionIdle > sessionAbsolute)
        yield problem('settings', 'hub', ['lifetimes', 'sessionIdle'], 'is longer than sessionAbsolute');
    },
  },
  {
    name: 'brand.contrast',
    clause: 'WCAG 2.2 1.4.3',
    *test({ snapshot }) {
      for (const brand of snapshot.brands.values()) {
        for (const member of ['primary', 'accent'] as const) {
          const ratio = contrastRatio(brand[member], '#ffffff');
          if (ratio < leastContrast) {
            yield problem(
              'brand',
              brand.id,
              [member],
              `contrast with white is ${ratio.toFixed(1)}, at least ${leastContrast} is needed: choose a darker colour`,
            );
          }
        }
      }
    },
  },
];

function* certificateProblems({ id, anchors, intermediates }: Population): Iterable<CatalogueProblem> {
  for (const [member, texts] of Object.entries({ anchors, intermediates })) {
    for (const [index, pem] of texts.entries()) {
      const blocks = pemBlocks(pem);
      if (blocks.length === 0)
        yield problem('population', id, [member, index], 'there is no certificate in this PEM text');
      for (const der of blocks) {
        const reading = readCertificate(der);
        if (!reading.ok)
          yield problem('population', id, [member, index], `this certificate cannot be read: ${reading.reason}`);
        else if (reading.certificate.basicConstraints?.ca !== true)
          yield problem('population', id, [member, index], 'this is not the certificate of a CA');
      }
    }
  }
}
