/** A module that can be trained here: by its name in experiments, with a word for people. */
interface ModuleChoice {
  readonly name: string;
  readonly title: string;
  /** What it is made of. */
  readonly has: 'sums' | 'products' | 'both';
  /** Whether an exponent of 2 is within the reach of its weights. */
  readonly squares: boolean;
  readonly about: string;
}

export const modules = [
  {
    name: 'nalu',
    title: 'NALU',
    has: 'both',
    squares: false,
    about: 'sums, products, and a gate that chooses: lessons 2 to 4 together',
  },
  { name: 'nac', title: 'NAC', has: 'sums', squares: false, about: 'sums and differences: lesson 2' },
  { name: 'nac-mul', title: 'NAC•', has: 'products', squares: false, about: 'products, quotients and roots of sizes: lesson 3' },
  {
    name: 'nac-mul-2',
    title: 'NAC• ×2',
    has: 'products',
    squares: true,
    about: 'two layers, for powers above 1 such as a² = a·a',
  },
  { name: 'nalu-2', title: 'NALU ×2', has: 'both', squares: true, about: 'two layers of NALUs' },
  {
    name: 'inalu',
    title: 'iNALU',
    has: 'both',
    squares: false,
    about: 'a NALU with signs, and a gate that does not look at the inputs',
  },
  { name: 'nau', title: 'NAU', has: 'sums', squares: false, about: 'sums, with weights that reach −1, 0 and 1 exactly' },
  { name: 'nmu', title: 'NMU', has: 'products', squares: false, about: 'products, with signs, without logarithms' },
  { name: 'nau-nmu', title: 'NAU → NMU', has: 'both', squares: true, about: 'products of sums' },
  { name: 'npu', title: 'NPU', has: 'products', squares: true, about: 'products of any powers, with signs' },
  { name: 'real-npu', title: 'Real NPU', has: 'products', squares: false, about: 'an NPU without imaginary weights' },
  {
    name: 'nmru',
    title: 'NMRU',
    has: 'products',
    squares: false,
    about: 'products and quotients, with signs, without logarithms',
  },
  {
    name: 'power-law',
    title: 'power law',
    has: 'products',
    squares: true,
    about: 'an ordinary power law with a constant factor, for measurements',
  },
] as const satisfies readonly ModuleChoice[];

export type ModuleName = (typeof modules)[number]['name'];

export const moduleNames: readonly ModuleName[] = modules.map(({ name }) => name);

/** The functions of experiments, as people write them. */
export const functionChoices = [
  { name: 'a+b', text: 'a + b' },
  { name: 'a-b', text: 'a − b' },
  { name: 'a*b', text: 'a · b' },
  { name: 'a/b', text: 'a / b' },
  { name: 'a^2', text: 'a²' },
  { name: 'sqrt(a)', text: '√a' },
] as const;

type FunctionName = (typeof functionChoices)[number]['name'];

export const functionNames: readonly FunctionName[] = functionChoices.map(({ name }) => name);

/** Why a module cannot learn a function, as a sentence; null where it can, as far as its formula says. */
export const hint = (name: FunctionName, model: ModuleName): string | null => {
  const { has, squares } = modules.find((module) => module.name === model)!;
  const isSum = name === 'a+b' || name === 'a-b';
  if (has === 'sums' && !isSum) return 'This module has sums only. Try it anyway, and see what it makes of that.';
  if (has === 'products' && isSum) return 'This module has products only. Try it anyway, and see what it makes of that.';
  if (name === 'a^2' && !squares)
    return 'Weights end at 1, so one layer cannot make the exponent 2. Two layers can, for a² = a·a: NAC• ×2.';
  return null;
};
