// The Debian packages that the SAML counterparts are made of.
export const samlPackages = [
  'apache2',
  'libapache2-mod-auth-mellon',
  'libapache2-mod-php8.2',
  'libapache2-mod-shib',
  'opensaml-tools',
  'php8.2-mbstring',
  'php8.2-sqlite3',
  'php8.2-xml',
  'simplesamlphp',
  'xmlsec1',
] as const;
