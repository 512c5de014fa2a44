// Public face of edge/sources/register-https.
export { type PostJson, registerOverHttps } from './register-https.ts';
