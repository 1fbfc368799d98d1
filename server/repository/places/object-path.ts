// Paths of objects: what any file system and any bucket takes as it is. They come from manifests too, which somebody may have
// changed, so no path leads out of the repository.

import { FlowgError } from "../../platform/errors.js";

/** No name begins with a dot: such files are what is being written, and what others left in a directory. */
const NAME = "[A-Za-z0-9_=@,~-][A-Za-z0-9._=@,~-]{0,199}";
const PATH = new RegExp(`^${NAME}(?:/${NAME})*$`);
const PREFIX = new RegExp(`^(?:${NAME}/)*(?:${NAME})?$`);
/** A bucket takes 1024 bytes, the repository's own prefix included. */
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
