export { functions, type ArithmeticTask, type Range, type Ranges } from './tasks/functions.ts';
export { sampleTask, type Examples, type SampleRows, type TaskSample } from './tasks/sample.ts';
export { readTable, type ReadTableOptions, type Table } from './data/csv.ts';
export { TableError, type TablePlace, type TableProblem } from './data/table-error.ts';
export { nearest, suggestion } from './data/nearest.ts';
