import type { Feature, Refuses, Row } from '../table/row.ts';
import type { Outcome } from './runRow.ts';

const lacking = (feature: Feature): Refuses => ({ outcome: 'refuses', reason: feature });

/** What the table expects of a row, on a machine with these devices. */
export const expectationOf = ({ expected }: Row, devices: { readonly [F in Feature]: string | null }): Row['expected'] =>
  expected.outcome === 'runs' && expected.needs !== undefined && devices[expected.needs] === null
    ? lacking(expected.needs)
    : expected;

/** What is not as expected, in sentences; nothing when all is. */
export const complaintsAbout = (expected: Row['expected'], outcome: Outcome): readonly string[] => {
  if (expected.outcome === 'refuses') {
    if ('report' in outcome) return [`It should refuse to run here (${expected.reason}), but it runs.`];
    const { code, message } = outcome.refusal;
    return [
      ...(code === 'backend-unavailable' ? [] : [`It should refuse with the code backend-unavailable, but the code is ${code}.`]),
      ...(message.includes(expected.reason) ? [] : [`Its refusal should say "${expected.reason}", but it says: ${message}`]),
    ];
  }
  if ('refusal' in outcome) return [`It should run here, but it refuses: ${outcome.refusal.message}`];
  const { info, failures } = outcome.report;
  return [
    ...(info.device.includes(expected.device) ? [] : [`It should run on "${expected.device}", but it ran on "${info.device}".`]),
    ...failures.map(({ op, case: name, message }) => `${op}: ${name}: ${message}`),
  ];
};
