/** What the command's exit code says. */
export const exit = {
  success: 0,
  /** Something ran and failed, or its answer was wrong. */
  failure: 1,
  /** The request could not be understood, or its input could not be used. */
  usage: 2,
  /** Ctrl-C: the usual 128 + SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];
