export { NaluError } from './errors.ts';
