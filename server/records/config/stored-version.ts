/** The version of a stored flow or webhook, as FlowG reads it: what says none is the first. */
export const storedVersion = (version: unknown): number =>
  typeof version === "number" && version !== 0 ? version : 1;
