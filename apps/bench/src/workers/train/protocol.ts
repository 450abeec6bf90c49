import type { BackendName } from '../../backends/backends.ts';
import type { LayerShape } from './look.ts';

/** What to learn: a function that experiments know, one that somebody typed, or a table that somebody pasted. */
export type Source =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'typed'; readonly text: string }
  | {
      readonly kind: 'table';
      /** CSV. */
      readonly text: string;
      readonly target: string;
      readonly inputs: readonly string[];
    };

interface Amount {
  readonly backend: BackendName;
  /** Networks of each kind that are trained at once. */
  readonly members: number;
  readonly steps: number;
  readonly seed: number;
}

/** One question to the networks, from the training range or far outside. */
export interface Question {
  readonly x: readonly number[];
  /** The right answer. */
  readonly y: number;
  readonly outside: boolean;
}

/** What is known about a playground training before its first step. */
export interface PopulationSetting {
  readonly device: string;
  readonly isSoftware: boolean;
  /** Names of the inputs. */
  readonly inputs: readonly string[];
  readonly target: string;
  /** How the rows were divided, in words. */
  readonly division: string;
  readonly title: string;
  readonly ordinaryTitle: string;
  readonly steps: number;
  readonly members: number;
  /** The layers, in whose order a frame has weights and gates. */
  readonly layers: readonly LayerShape[];
  readonly questions: readonly Question[];
  /** What a person should know about this module on these data, in sentences. */
  readonly notes: readonly string[];
}

/** Relative errors: 0 is right, 1 is as wrong as always saying 0. */
export interface Errors {
  readonly inside: number;
  readonly outside: number;
}

/** A training at one moment. */
export interface Frame {
  readonly step: number;
  /** Mean squared error on the validation rows, per member. */
  readonly loss: Float32Array;
  /** The weights as the layers use them: [member, weight], flat; a weight's place is layer, path, input, output. */
  readonly weights: Float32Array;
  /** [member, gate], flat: the mean over the questions from inside. A gate's place is layer, output. */
  readonly gates: Float32Array;
  /** The member with the lowest loss on the validation rows at this moment. */
  readonly best: number;
  /** Its answers to the questions. */
  readonly answers: Float32Array;
  readonly errors: Errors;
  /** Members that are right far outside at this moment, to 0.1 %. */
  readonly learned: number;
  /** The answers of the best ordinary network. */
  readonly ordinaryAnswers: Float32Array;
  readonly ordinaryErrors: Errors;
  /** What the best member's weights stand for at this moment; null: nothing that could be written down. */
  readonly formula: string | null;
}

/** What came of a training: the best parameters that any member ever had, judged on rows that nobody trained on. */
export interface Outcome {
  readonly member: number;
  readonly step: number;
  readonly errors: Errors;
  readonly ordinaryErrors: Errors;
  /** Begins with ≈ where the simple formula does not hold inside the training range. */
  readonly formula: string | null;
  /** Error of the formula itself. */
  readonly formulaErrors: Errors | null;
  /** The network is right far outside, to 0.1 %. */
  readonly learned: boolean;
  readonly milliseconds: number;
}

/** A network of the identity lesson. */
export interface IdentityNetwork {
  readonly name: string;
  /** What its activation computes; empty for arithmetic layers. */
  readonly formula: string;
  readonly isArithmetic: boolean;
  /** Mean absolute error at ±20 in the paper, read off a figure. */
  readonly published: number | null;
  /** Nodes per layer, without the input. */
  readonly widths: readonly number[];
}

export interface IdentitySetting {
  readonly device: string;
  readonly isSoftware: boolean;
  /** Where the networks are asked. */
  readonly x: readonly number[];
  readonly networks: readonly IdentityNetwork[];
  readonly members: number;
  readonly steps: number;
}

/** A network of the identity lesson at one moment. */
export interface IdentityState {
  /** Index in the setting. */
  readonly network: number;
  readonly step: number;
  /** [member, x], flat. */
  readonly answers: Float32Array;
  /** Of the first member, [x, node], flat, layer after layer. */
  readonly nodes: Float32Array;
}

/** The kinds of work: what is asked for, what is told first, again and again, and at the end. */
export interface Work {
  readonly population: {
    readonly job: Amount & { readonly source: Source; readonly model: string };
    readonly setting: PopulationSetting;
    readonly item: Frame;
    readonly result: Outcome;
  };
  readonly identity: {
    readonly job: Amount;
    readonly setting: IdentitySetting;
    readonly item: IdentityState;
    readonly result: { readonly milliseconds: number };
  };
  readonly columns: {
    readonly job: { readonly text: string };
    readonly setting: { readonly names: readonly string[] };
    readonly item: never;
    readonly result: null;
  };
}

export type Kind = keyof Work;
export type Job<K extends Kind = Kind> = { [W in K]: { readonly kind: W } & Work[W]['job'] }[K];

/** What the worker tells the page, beside how it ended. */
export type Message<K extends Kind = Kind> = {
  [W in K]:
    | { readonly kind: 'setting'; readonly setting: Work[W]['setting'] }
    | { readonly kind: 'items'; readonly items: readonly Work[W]['item'][] }
    | { readonly kind: 'result'; readonly result: Work[W]['result'] };
}[K];
