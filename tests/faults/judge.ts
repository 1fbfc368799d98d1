// Judges a run that met a fault.

import { SIGNAL_EXIT_CODES } from "../../cli/exit-codes.js";
import type { Ran } from "../cli/flowg.js";
import type { Planned } from "./plan.js";

/** What a part of the result is: as before, as a run without faults makes it, or whatever else was found. */
export type Part = "old" | "new" | (string & {});
export type Parts = Record<string, Part>;

export interface Outcome {
  fault: Planned;
  ran: Ran;
  parts: Parts;
  /** Whether the run may be killed with some parts old and some new. */
  mayBeMixed: boolean;
  /** Which parts are new, as the message says it; undefined where it says nothing of that. */
  toldNew: (message: string) => string[] | undefined;
}

/** @returns what is wrong, or nothing */
export function faultsOf({ fault, ran, parts, mayBeMixed, toldNew }: Outcome): string[] {
  const wrong: string[] = [];
  const text = `${ran.stdout}${ran.stderr}`;
  const isKilled = fault.deed === "kill" || fault.deed === "torn";
  const others = Object.entries(parts).filter(([, part]) => part !== "old" && part !== "new");
  const isNew = Object.keys(parts).filter((name) => parts[name] === "new");
  const count = Object.keys(parts).length;

  for (const [name, part] of others) wrong.push(`${name} is ${part}`);
  if (ran.signal !== null && !(isKilled && ran.signal === "SIGKILL")) {
    wrong.push(`died of ${ran.signal}`);
  } else if (ran.signal !== null) {
    if (!mayBeMixed && isNew.length > 0 && isNew.length < count)
      wrong.push(`killed, only ${isNew.join(", ")} new`);
  } else if (ran.code === 0) {
    if (isNew.length < count) wrong.push("says success, and not all is new");
    if (fault.call === "sync" && !isKilled) wrong.push("says success though a flush failed");
  } else {
    const told = (toldNew(text) ?? []).sort().join(", ");
    if (told !== isNew.sort().join(", "))
      wrong.push(
        `says that new is: ${told || "nothing"}; new is: ${isNew.join(", ") || "nothing"}`,
      );
  }

  if (/unexpected fault/i.test(text) || ran.code === 1) wrong.push("an unexpected fault");
  if (/^\s+at .*:\d+:\d+/m.test(text)) wrong.push("a stack trace");
  if (Object.values<number | null>(SIGNAL_EXIT_CODES).includes(ran.code)) {
    wrong.push(`exit code ${ran.code}, as if it were stopped`);
  }
  // LMDB says something of its own on stderr first, and ends no line
  if (ran.code !== 0 && ran.signal === null && !/error: \S/.test(ran.stderr)) {
    wrong.push("failed without an error message");
  }
  return wrong.length === 0 ? [] : [`${wrong.join("; ")}\n    ${said(ran)}`];
}

const said = ({ code, signal, stderr }: Ran) =>
  `${signal ?? code}: ${stderr
    .split("\n")
    .filter((line) => /(error|hint|warning|note): /.test(line))
    .join(" | ")
    .slice(0, 600)}`;
