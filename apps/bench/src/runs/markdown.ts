import { hostLine, type BenchmarkRecord, type BenchmarkReport } from '@nalu/experiments/benchmark';
import { short, withSpread } from '../design/numbers.ts';

/** Text of a file or of a browser inside a table's cell. */
const cell = (text: string): string => text.replaceAll(/[\\|<>`*_[\]]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');

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
