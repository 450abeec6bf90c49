interface Globals {
  readonly process?: { emitWarning?(message: string, name: string): void };
}

/** Says that a worker died where whoever runs the program looks. */
export const warn = ({ message }: { readonly message: string }): void => {
  const { process } = globalThis as unknown as Globals;
  if (process?.emitWarning) process.emitWarning(message, 'NaluWarning');
  // oxlint-disable-next-line no-console
  else console.warn(message);
};
