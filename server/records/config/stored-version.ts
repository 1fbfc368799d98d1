/** The version of a stored flow or webhook. As in FlowG, one that says none is of the first. */
export const storedVersion = (version: unknown): number =>
  typeof version === "number" && version !== 0 ? version : 1;
