// Public face of edge/sources/hsa-soap.
export type { PlatformSettings, PostSoap, SoapMessage } from './ask.ts';
export type { SoapAnswer } from './envelope.ts';
export { type HospSoapSettings, hospSoap } from './hosp-soap.ts';
export { type HsaSoapSettings, hsaSoap } from './hsa-soap.ts';
