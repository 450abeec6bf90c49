/**
 * Constants of the expansions. Polynomials: lowest coefficient first, near-minimax in the relative error of the whole function
 * with coefficients rounded to single precision one by one; `scripts/coefficients.mjs` derives them and prints the errors.
 */

/** (eʳ − 1 − r)/r² for |r| ≤ ½ log 2; error of eʳ 3·10⁻⁹. */
export const EXP_TAIL: readonly number[] = [0.49999994, 0.166665226, 0.0416682921, 0.00836853217, 0.00138182961];

/** (2ᶠ − 1)/f for |f| ≤ ½; error of 2ᶠ 3·10⁻⁹. */
export const EXP2_TAIL: readonly number[] = [
  0.693147182, 0.240226477, 0.0555035993, 0.00961850584, 0.00133908063, 0.000153264627,
];

/** (log(1 + z) − z)/z² for √½ ≤ 1 + z ≤ √2; error of log(1 + z) 4·10⁻⁹. */
export const LOG1P_TAIL: readonly number[] = [
  -0.499999881, 0.333333254, -0.250016093, 0.200020134, -0.166084304, 0.141805962, -0.132475004, 0.129147291, -0.0762317032,
];

/** (tanh(x)/x − 1)/x² as a polynomial in x², for |x| ≤ 0.6; error of tanh x 3·10⁻⁹. */
export const TANH_TAIL: readonly number[] = [-0.333332986, 0.133319363, -0.0537847169, 0.0207986254, -0.00589796668];

/** (sin(θ)/θ − 1)/θ² as a polynomial in θ², for |θ| ≤ π/4; error of sin θ 4·10⁻⁹. */
export const SIN_TAIL: readonly number[] = [-0.166666538, 0.00833210628, -0.000195078464];

/** (cos θ − 1 + θ²/2)/θ⁴ as a polynomial in θ², for |θ| ≤ π/4; error of cos θ 10⁻¹⁰. */
export const COS_TAIL: readonly number[] = [0.0416666456, -0.00138873083, 0.0000244320927];

/** (atanh(s)/s − 1 − s²/3)/s⁴ as a polynomial in s², for |s| ≤ (√2 − 1)²; error of atanh s 10⁻¹³. */
export const ATANH_TAIL: readonly number[] = [0.199999988, 0.142859861, 0.110898644, 0.0977820605];

/** log 2 = LN2_HIGH + LN2_LOW; LN2_HIGH has 9 bits, so that its product with a whole number below 2¹⁵ is exact (Cody & Waite 1980). */
export const LN2_HIGH = 0.693359375;
export const LN2_LOW: number = Math.LN2 - LN2_HIGH;

/** 1/(2π) times 2⁰, 2³², 2⁶⁴ and 2⁹⁶, modulo 2²²: balanced digits of 11 bits, the k-th worth 2^(11(1 − k)). */
export const TURNS: readonly (readonly number[])[] = [
  [0, 0, 326, -104, 439, 313, 131, -726, -31, 470, -92],
  [-52, 220, -867, -959, 661, -15, -789, -46, -86, -713, 898],
  [545, -694, 1016, 629, 1001, -43, -356, -575, -293, 165, 818],
  [315, -524, 1002, 846, -288, 878, -941, -615, 482, 228, 132],
];
