import { readFile } from 'node:fs/promises';
import type { Module } from '@nalu/core';
import { verify, type Graph } from '@nalu/core/graph';
import { functions, models, nearest, taskProblem } from '@nalu/experiments';
import { UsageError } from './usageError.ts';

/** Products of two numbers: what the models are built for when only their speed matters. */
const problem = taskProblem(
  functions.find(({ name }) => name === 'a*b')!,
  1,
);

/** Models that need no measurements to be built. */
const measurable = models.filter(({ name }) => name !== 'power-law');

export const measurableNames: readonly string[] = measurable.map(({ name }) => name);

const readGraph = async (file: string): Promise<Graph> => {
  try {
    const graph = JSON.parse(await readFile(file, 'utf8')) as Graph;
    verify(graph);
    return graph;
  } catch (cause) {
    throw new UsageError(
      `--fastest ${file}: this is no graph that Nalu can read (${(cause as Error).message}). Save one with JSON.stringify(trace(…)).`,
      { cause },
    );
  }
};

/** What to measure: a model with two inputs and one output, or a graph from a JSON file. */
export const readSubject = async (text: string): Promise<Graph | Module> => {
  const model = measurable.find(({ name }) => name === text);
  if (model !== undefined) return model.build(problem);
  if (/[./\\]/.test(text)) return readGraph(text);
  const near = nearest(text, measurableNames);
  throw new UsageError(
    `--fastest ${text}: there is no such model.${near === undefined ? '' : ` Did you mean "${near}"?`} Known: ${measurableNames.join(', ')}. A graph is the name of a .json file.`,
  );
};
