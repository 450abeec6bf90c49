import { CheckpointError } from '../errors.ts';
import type { Json, Snapshot } from '../training/snapshot.ts';
import { checkModel } from './checkModel.ts';
import { parseDescription, type ModuleDescription } from './description.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

/** The version of the layout inside the container. A reader refuses newer ones. */
export const CHECKPOINT_VERSION = 1;

/** What a checkpoint is for: to predict with, or to go on training from. */
export type CheckpointKind = 'nalu model' | 'nalu training state';

/** A model's or a trainer's state and the module it belongs to. */
export interface Checkpoint extends Snapshot {
  readonly kind: CheckpointKind;
  readonly module: ModuleDescription;
}

const KINDS: readonly string[] = ['nalu model', 'nalu training state'] satisfies CheckpointKind[];

const writeMetadata = ({ kind, module, metadata }: Checkpoint): Readonly<Record<string, string>> => ({
  kind,
  version: String(CHECKPOINT_VERSION),
  module: JSON.stringify(module),
  metadata: JSON.stringify(metadata),
});

/**
 * Writes a checkpoint as a safetensors file. Kind, version, module and metadata are strings of its `__metadata__`; the
 * tensors keep every bit.
 *
 * @throws CheckpointError when a tensor does not fit its shape, or a model's parameters do not fit its description or are
 * not finite.
 */
export const encodeCheckpoint = (checkpoint: Checkpoint): Uint8Array<ArrayBuffer> => {
  if (checkpoint.kind === 'nalu model') checkModel(checkpoint.module, checkpoint.tensors);
  return encodeSafetensors({ metadata: writeMetadata(checkpoint), tensors: checkpoint.tensors });
};

const parseJson = (field: string, text: string | undefined): Json => {
  if (text === undefined) throw new CheckpointError(`The checkpoint has no field "${field}" in its metadata; it is damaged.`);
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new CheckpointError(
      `The field "${field}" of the checkpoint's metadata is not valid JSON; it is damaged. ${(cause as Error).message}`,
      { cause },
    );
  }
};

const checkVersion = (version: string | undefined): void => {
  const number = Number(version);
  if (version === undefined || !Number.isSafeInteger(number) || number < 1) {
    throw new CheckpointError(
      `The checkpoint's format version is ${version === undefined ? 'missing' : JSON.stringify(version)}; it is damaged.`,
    );
  }
  if (number > CHECKPOINT_VERSION) {
    throw new CheckpointError(
      `The checkpoint has format version ${number}; this version of Nalu reads up to version ${CHECKPOINT_VERSION}. Update Nalu to read it.`,
    );
  }
};

/**
 * Reads a checkpoint.
 *
 * @throws CheckpointError, and nothing else, for a file that is cut short, damaged, no Nalu checkpoint, of another kind or
 * from a newer version, and for a model whose parameters are missing, misshapen or not finite.
 */
export const decodeCheckpoint = (bytes: Uint8Array, kind: CheckpointKind): Checkpoint => {
  const { metadata: fields, tensors } = decodeSafetensors(bytes);
  const found = fields['kind'];
  if (found === undefined || !KINDS.includes(found))
    throw new CheckpointError('This is a safetensors file, but no checkpoint of Nalu: its metadata has no kind that Nalu knows.');
  checkVersion(fields['version']);
  if (found !== kind) throw new CheckpointError(`Expected a checkpoint of kind "${kind}", but this one is of kind "${found}".`);
  const module = parseDescription(parseJson('module', fields['module']));
  const metadata = parseJson('metadata', fields['metadata']);
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw new CheckpointError('The field "metadata" of the checkpoint\'s metadata must be a JSON object; it is damaged.');
  }
  if (kind === 'nalu model') checkModel(module, tensors);
  return { kind, module, metadata: metadata as Snapshot['metadata'], tensors };
};
