/** Tables and data sets in files: needs Node. What works everywhere is in the main entry. */
export { dataSet, dataSetNames, UnknownDataSetError, type DataSet, type DataSetInfo } from './data/sets.ts';
export { decodeTable, maxTableBytes, readTableFile } from './data/bytes.ts';
