// A path is of this machine: what looks like a URL, or has a ~ that only a shell knows, would be a file of that very name.

import { InputError } from "../errors.js";

/** @throws InputError */
export function demandLocal(path: string): void {
  const quoted = JSON.stringify(path);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    throw new InputError(`${quoted} looks like a URL, and this takes a path of this machine`, {
      hint: "give a path; for another place use the stream that backup.logs() and its like give",
    });
  }
  if (path.startsWith("~")) {
    throw new InputError(`in ${quoted} nobody has put a home directory for the ~`, {
      hint: "put os.homedir() for it; what is really called so begins with ./",
    });
  }
}
