import type { BenchmarkRecord, BenchmarkReport, HostFacts } from '@nalu/experiments/benchmark';
import { short, withSpread } from '../design/numbers.ts';

/** Text of a file or of a browser inside a table's cell. */
const cell = (text: string): string => text.replaceAll(/[\\|<>`*_[\]]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');

/** What the times were measured on, in a line. */
export const hostLine = ({ cpu, cores, os, runtime, commit, page }: HostFacts): string =>
  [
    cpu,
    cores === null ? null : `${cores} cores`,
    os,
    runtime,
    page === null ? null : page.isolated ? 'isolated' : 'not isolated',
    page?.webgpu ? `WebGPU: ${page.webgpu}` : null,
    commit === null ? null : `commit ${commit.slice(0, 10)}`,
  ]
    .filter((fact) => fact !== null)
    .join(', ');

const timeOf = ({ status, reason, medianMicroseconds, spreadMicroseconds }: BenchmarkRecord): string => {
  if (status === 'wrong') return '**WRONG**';
  return medianMicroseconds === null ? `n/a: ${cell(reason ?? '')}` : withSpread(medianMicroseconds, spreadMicroseconds ?? 0);
};

/** A run as Markdown: a table per workload. */
export const markdownOf = (name: string, { host, date, notes, records }: BenchmarkReport): string => {
  const tables = [...new Set(records.map(({ workload }) => workload))].map((workload) => {
    const own = records.filter((record) => record.workload === workload);
    const best = Math.min(...own.flatMap(({ medianMicroseconds }) => medianMicroseconds ?? []));
    const rows = own.map((record) => {
      const { column, medianMicroseconds: time, check, software, path } = record;
      const factor = time === null ? '' : `${short(time / best)}×`;
      const error = check === null ? '' : check.worstError.toExponential(1);
      return `| ${cell(column)} | ${timeOf(record)} | ${factor} | ${error} | ${software ? 'in software, no GPU: ' : ''}${cell(path ?? '')} |`;
    });
    return `**${cell(workload)}**\n\n| column | µs, median ± spread | of the best | error | what ran |\n| --- | ---: | ---: | ---: | --- |\n${rows.join('\n')}`;
  });
  const head = `${cell(name)}: ${cell(hostLine(host))}, ${date}`;
  return `${[head, ...notes.map(cell), ...tables].join('\n\n')}\n`;
};
