import { article } from '../protocols/article.ts';
import { adt } from '../protocols/adt.ts';
import { functionsExperiment } from '../protocols/functions.ts';
import { identity } from '../protocols/identity.ts';
import { inaluExperiment } from '../protocols/inalu.ts';
import { language } from '../protocols/language.ts';
import { mnistAdd, mnistCount, mnistProduct } from '../protocols/mnist.ts';
import { npuExperiment } from '../protocols/npu.ts';
import { programsExperiment } from '../protocols/programs.ts';
import { smat } from '../protocols/smat.ts';
import type { Experiment } from './experiment.ts';

/** Every experiment that can be run again. */
export const experiments: readonly Experiment[] = [
  identity,
  article,
  functionsExperiment,
  smat,
  adt,
  inaluExperiment,
  npuExperiment,
  mnistCount,
  mnistAdd,
  mnistProduct,
  language,
  programsExperiment,
];
