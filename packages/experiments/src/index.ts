export { NaluError } from '@nalu/core';
