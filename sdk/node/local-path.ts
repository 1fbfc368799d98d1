// Refuses paths that can't be meant. One that looks like another machine's, or that only a shell could turn into a path,
// would become a file of that very name here, and people would look for their backup elsewhere.

import { InputError } from "../errors.js";

interface Look {
  pattern: RegExp;
  /** Says what is wrong with the path, which comes in quotes. */
  problem: (quoted: string) => string;
  /** Whether it would lie elsewhere. */
  isRemote: boolean;
  hint: string;
}

const LOOKS: readonly Look[] = [
  {
    pattern: /^[a-z][a-z0-9+.-]*:\/\//i,
    problem: (path) => `${path} looks like a URL, and this takes a path of this machine`,
    isRemote: true,
    hint: "",
  },
  {
    // as scp, rsync and rclone write it, and shares of Windows; a time of day in a name has digits after its colons
    pattern: /^[\w.-]+@[\w.-]+:|^[\w-][\w.-]*:(?!\d\d?\b)|^\\\\/,
    problem: (path) => `${path} looks like a path of another machine, and this takes one of this`,
    isRemote: true,
    hint: "what is really called so begins with ./",
  },
  {
    pattern: /^~/,
    problem: (path) => `in ${path} no shell has put a home directory for the ~`,
    isRemote: false,
    hint: "write $HOME, or os.homedir(), for it; what is really called so begins with ./",
  },
  {
    pattern: /^(\$[A-Za-z_{(]|%[A-Za-z_]+%)/,
    problem: (path) => `in ${path} nobody has put the value for the variable`,
    isRemote: false,
    hint: "single quotes, unit files and container settings keep variables as they are; what is really called so begins with ./",
  },
  {
    pattern: /^(["']).*\1$/,
    problem: (path) => `${path} has quotes that no shell has taken off`,
    isRemote: false,
    hint: "write it without them, as files of variables want it; what is really called so begins with ./",
  },
];

export type PathProblem = Pick<Look, "isRemote" | "hint"> & { message: string };

/** Says why a path isn't one of this machine, or can't be meant. */
export function pathProblem(path: string): PathProblem | undefined {
  const look = LOOKS.find(({ pattern }) => pattern.test(path));
  return look && { ...look, message: look.problem(JSON.stringify(path)) };
}

/** @throws InputError */
export function demandLocal(path: string): void {
  const problem = pathProblem(path);
  if (!problem) return;
  const elsewhere = "for another place use the stream that backup.logs() and its like give";
  throw new InputError(problem.message, { hint: problem.isRemote ? elsewhere : problem.hint });
}
