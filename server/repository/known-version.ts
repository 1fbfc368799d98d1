import { FlowgError } from "../platform/errors.js";
import { isObject } from "../platform/json-object.js";

/**
 * Refuses JSON of a repository that a later version of flowg wrote. It checks nothing else.
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
