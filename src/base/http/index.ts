// Public face of base/http.
export * from './conditional.ts';
export * from './cookies.ts';
export * from './csrf.ts';
export * from './forms.ts';
export * from './html.ts';
export * from './onward-page.ts';
export * from './problem-status.ts';
export * from './responses.ts';
export * from './route.ts';
export * from './security-headers.ts';
export * from './self-posting-form.ts';
