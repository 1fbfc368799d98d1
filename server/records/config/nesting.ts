// How deep the settings of a forwarder may nest. JSON that nests thousands deep can be read, but not written.

/** FlowG's forwarders nest two deep. */
export const DEEPEST = 100;
export const NESTS_TOO_DEEP = `nests deeper than ${DEEPEST}`;

export const nestsTooDeep = (value: unknown, most = DEEPEST): boolean =>
  typeof value === "object" &&
  value !== null &&
  (most === 0 || Object.values(value).some((inner) => nestsTooDeep(inner, most - 1)));

/** Settings that a record may hold, as they can be shown: of those that nest too deep, the kind alone. */
export const shownSettings = (config: Record<string, unknown>): Record<string, unknown> =>
  nestsTooDeep(config) ? { type: config.type } : config;
