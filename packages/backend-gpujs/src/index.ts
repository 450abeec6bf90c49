export { createBackend } from './createBackend.ts';
