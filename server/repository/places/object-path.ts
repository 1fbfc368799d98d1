// Paths of objects, such that any file system and any bucket takes them. They also come from manifests, which an attacker may
// have changed, so no path may lead out of the repository.

import { FlowgError } from "../../platform/errors.js";

/** No name begins with a dot: hidden files are files being written, or were put into the directory by others. */
const NAME = "[A-Za-z0-9_=@,~-][A-Za-z0-9._=@,~-]{0,199}";
const PATH = new RegExp(`^${NAME}(?:/${NAME})*$`);
const PREFIX = new RegExp(`^(?:${NAME}/)*(?:${NAME})?$`);
/** Buckets take 1024 bytes. That includes the repository's own prefix. */
const LONGEST = 600;

export const isObjectPath = (text: string): boolean => text.length <= LONGEST && PATH.test(text);

/** @throws INPUT_INVALID */
export function demandObjectPath(path: string): void {
  if (isObjectPath(path)) return;
  throw new FlowgError("INPUT_INVALID", `${JSON.stringify(path)} can't be an object's path`, {
    hint: "its parts are letters, digits and ._=@,~- and don't begin with a dot",
  });
}

/** @throws INPUT_INVALID */
export function demandPrefix(prefix: string): void {
  if (prefix.length <= LONGEST && PREFIX.test(prefix)) return;
  throw new FlowgError(
    "INPUT_INVALID",
    `${JSON.stringify(prefix)} can't begin the path of an object`,
  );
}
