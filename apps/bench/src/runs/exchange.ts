import { parseReport, ReportError, type BenchmarkReport } from '@nalu/experiments/benchmark';

/** Larger than any run by a hundred times: a page must not be made to read gigabytes. */
const MOST_BYTES = 32 * 2 ** 20;

/** Numbers that JSON has no words for are written as text, as `nalu bench --json` does. */
const plain = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/** A run as `nalu bench --json` prints it. */
export const exportRun = (report: BenchmarkReport): string => `${JSON.stringify(report, plain, 2)}\n`;

/**
 * Reads a file of a run: exported here, or printed by `nalu bench --json`.
 *
 * @throws ReportError for a file that is too large, no run, damaged, or from a newer version.
 */
export const importRun = async (file: Pick<File, 'name' | 'size' | 'text'>): Promise<BenchmarkReport> => {
  if (file.size > MOST_BYTES)
    throw new ReportError(`${file.name} has ${(file.size / 2 ** 20).toFixed(0)} MB: no benchmark is that large.`);
  return parseReport(await file.text(), file.name);
};
