// Ways of proving who one is, and kinds of device, as closed unions.

/** Kinds of connector (our side of a provider or authenticator). */
export const connectorKinds = ['smartcard', 'password', 'directoryPassword', 'oidc', 'saml'] as const;
export type ConnectorKind = (typeof connectorKinds)[number];

/** What a device is to the login rule (H4). `unknown` is treated as `portable`. */
export const deviceKinds = ['fixed', 'portable', 'unknown'] as const;
export type DeviceKind = (typeof deviceKinds)[number];
