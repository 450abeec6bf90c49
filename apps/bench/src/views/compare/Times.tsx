import { InTurn } from '../../design/InTurn.tsx';
import type { SectionProps } from './section.ts';
import { Summary } from './Summary.tsx';
import { WorkloadTable } from './WorkloadTable.tsx';

/** Every workload with its samples, and all of them together. */
export const Times = ({ run: { name, report }, notes }: SectionProps) => (
  <>
    {[...new Set(report.records.map(({ workload }) => workload))].map((workload) => (
      <InTurn key={workload}>
        <WorkloadTable
          run={name}
          workload={workload}
          records={report.records.filter((record) => record.workload === workload)}
          notes={notes}
        />
      </InTurn>
    ))}
    <InTurn>
      <Summary name={name} records={report.records} />
    </InTurn>
  </>
);
