import { FlowgError } from "../platform/errors.js";
import { isObject } from "../platform/json-object.js";

/**
 * Demands that a later version hasn't written it. What else is wrong with it isn't looked at.
 * @param name what it is, for the message
 * @throws SNAPSHOT_UNSUPPORTED
 */
export function demandKnownVersion(
  json: unknown,
  known: { format: string; version: number },
  name: string,
): void {
  const { format, version } = isObject(json) ? json : {};
  if (format !== known.format || !Number.isInteger(version)) return;
  if ((version as number) <= known.version) return;
  throw new FlowgError(
    "SNAPSHOT_UNSUPPORTED",
    `${name} is of version ${version}; this program knows version ${known.version}`,
    { hint: "use a later version of flowg" },
  );
}
