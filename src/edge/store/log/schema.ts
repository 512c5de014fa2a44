// Which schema a sealed log lies in: the hub's, or the certificate authority's in a database of its own.

export type LogSchema = 'hub' | 'authority';
