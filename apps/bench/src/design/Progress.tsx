import './progress.css';

interface ProgressProps {
  /** 0 to 1; undefined while nobody knows. */
  readonly fraction?: number | undefined;
  /** What is being done. */
  readonly label: string;
}

export const Progress = ({ fraction, label }: ProgressProps) => (
  <div class="progress">
    <progress max={1} {...(fraction === undefined ? {} : { value: fraction })} aria-label={label} />
    <span class="small muted">{label}</span>
  </div>
);
