/** A module that can be trained here: by its name in experiments, with a word for people. */
interface ModuleChoice {
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

export const modules = [
  { name: 'nalu', title: 'NALU', about: 'sums, products, and a gate that chooses: lessons 2 to 4 together' },
  { name: 'nac', title: 'NAC', about: 'sums and differences: lesson 2' },
  { name: 'nac-mul', title: 'NAC•', about: 'products, quotients and roots of sizes: lesson 3' },
  { name: 'nac-mul-2', title: 'NAC• ×2', about: 'two layers, for powers above 1 such as a² = a·a' },
  { name: 'nalu-2', title: 'NALU ×2', about: 'two layers of NALUs' },
  { name: 'inalu', title: 'iNALU', about: 'a NALU with signs, and a gate that does not look at the inputs' },
  { name: 'nau', title: 'NAU', about: 'sums, with weights that reach −1, 0 and 1 exactly' },
  { name: 'nmu', title: 'NMU', about: 'products, with signs, without logarithms' },
  { name: 'nau-nmu', title: 'NAU → NMU', about: 'products of sums' },
  { name: 'npu', title: 'NPU', about: 'products of any powers, with signs' },
  { name: 'real-npu', title: 'Real NPU', about: 'an NPU without imaginary weights' },
  { name: 'nmru', title: 'NMRU', about: 'products and quotients, with signs, without logarithms' },
  { name: 'power-law', title: 'power law', about: 'an ordinary power law with a constant factor, for measurements' },
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

export type FunctionName = (typeof functionChoices)[number]['name'];

export const functionNames: readonly FunctionName[] = functionChoices.map(({ name }) => name);
