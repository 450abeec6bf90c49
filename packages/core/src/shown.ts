/** A value in a message: text in quotes, so that "4" does not look like a number. */
export const shown = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));
