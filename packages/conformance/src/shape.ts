import type { Shape } from '@nalu/core';

export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;
