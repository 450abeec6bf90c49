import type { IdentityNetwork, IdentitySetting, IdentityState } from '../../../workers/train/protocol.ts';

/** Where the networks are judged, as in the paper. */
const farthest = [-20, 20];

/** Answers of one member, in the order of the questions. */
export const answersOf = ({ answers }: IdentityState, member: number, questions: number): Float32Array =>
  answers.subarray(member * questions, (member + 1) * questions);

/** Mean absolute error at −20 and 20 over all members. */
export const errorFarOutside = ({ x, members }: IdentitySetting, state: IdentityState): number => {
  const errors = Array.from({ length: members }, (_, member) => answersOf(state, member, x.length)).flatMap((answers) =>
    farthest.map((question) => Math.abs(answers[x.indexOf(question)]! - question)),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
};

/** The mean answer of all members to each question. */
export const meanAnswers = ({ x, members }: IdentitySetting, { answers }: IdentityState): readonly number[] =>
  x.map((_, i) => {
    let sum = 0;
    for (let member = 0; member < members; member++) sum += answers[member * x.length + i]!;
    return sum / members;
  });

/** What every node of the first member gives for one question, layer by layer. */
export const nodesAt = (
  { nodes }: IdentityState,
  { widths }: IdentityNetwork,
  question: number,
): readonly (readonly number[])[] => {
  const width = widths.reduce((sum, each) => sum + each, 0);
  let at = question * width;
  return widths.map((count) => {
    const layer = [...nodes.subarray(at, at + count)];
    at += count;
    return layer;
  });
};

/** A node that changes less than this while the question grows by 1 has come to its end. */
const stuck = 0.01;

/** For each inner node: whether it still moves from the question before this one, or the one after it at the left end. */
export const movesAt = (state: IdentityState, network: IdentityNetwork, question: number): readonly (readonly boolean[])[] => {
  const here = nodesAt(state, network, question);
  const beside = nodesAt(state, network, question === 0 ? 1 : question - 1);
  return here.slice(0, -1).map((layer, i) => layer.map((value, j) => Math.abs(value - beside[i]![j]!) >= stuck));
};

const titles: Readonly<Record<string, string>> = {
  none: 'no activation',
  nac: 'NAC',
  nalu: 'NALU',
  relu: 'ReLU',
  relu6: 'ReLU6',
  elu: 'ELU',
  selu: 'SELU',
  prelu: 'PReLU',
  leakyRelu: 'leaky ReLU',
};

/** What a network is called on the page. */
export const titleOf = ({ name }: IdentityNetwork): string => titles[name] ?? name;
