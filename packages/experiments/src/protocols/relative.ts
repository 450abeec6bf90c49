import type { Loss, Rows } from '@nalu/core';

/**
 * (ŷ − y)² over the mean of y² of these rows. Its mean is the square of the relative error: root mean square error over the root
 * mean square of the right answers.
 */
export const relativeSquare = ({ y: { data } }: Rows): Loss => {
  const size = Array.from(data).reduce((sum, value) => sum + value * value, 0) / data.length;
  return { name: 'relativeSquare', terms: (prediction, target) => prediction.sub(target).square().div(size) };
};

/** A relative error of 0.1 %. */
export const learned: number = 1e-3 ** 2;
