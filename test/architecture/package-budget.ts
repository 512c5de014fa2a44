// The npm packages that each app may load: a new one is a decision, written here and in docs/decisions/dependencies.md.

export interface PackageBudget {
  /** Packages that our files import. */
  readonly direct: readonly string[];
  /** How many packages those may bring along, themselves included. */
  readonly atMost: number;
}

const hub: PackageBudget = {
  direct: [
    '@node-rs/argon2',
    '@zxcvbn-ts/language-common',
    'fastify',
    'jose',
    'ldapts',
    'libxml2-wasm',
    'lru-cache',
    'oauth4webapi',
    'openid-client',
    'pg',
    'pg-copy-streams',
    'pino',
    'prom-client',
    'typebox',
    'yaml',
  ],
  atMost: 110,
};

/** An app that is not named here may load no package at all. */
export const packageBudget: Readonly<Record<string, PackageBudget>> = {
  hub,
  // The command line starts the hub, so it reaches all that the hub does.
  cli: hub,
  // The certificate authority serves HTTP and keeps a register, and brings nothing else near its keys but, in the child process
  // that holds a token, what calls the token's library.
  authority: { direct: ['fastify', 'koffi', 'pg', 'pg-copy-streams', 'pino', 'typebox', 'yaml'], atMost: 69 },
  // The demo's applications are relying parties of their own, one of them by SAML, and its test CA makes certificates.
  demo: { direct: ['jose', 'libxml2-wasm', 'lru-cache', 'openid-client', 'typebox', 'yaml'], atMost: 32 },
};
