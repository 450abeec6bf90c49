/** `@nalu/backend-js`: runs anywhere, nothing to install. */
export { createBackend, type JsBackendOptions } from './createBackend.ts';
