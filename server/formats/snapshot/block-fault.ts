// Why a block can't be used, in words that can cross between threads.

import { BadgerFault } from "../badger-fault.js";
import { UnknownKindFault } from "./summarize.js";

/** `offset` counts inside the raw block. */
export type BlockFault =
  | { is: "damaged"; problem: string; offset: number }
  | { is: "unknown-kind"; kind: string }
  | { is: "broken"; problem: string };

export function faultOf(error: unknown): BlockFault {
  if (error instanceof BadgerFault) {
    return { is: "damaged", problem: error.problem, offset: error.offset };
  }
  if (error instanceof UnknownKindFault) return { is: "unknown-kind", kind: error.kind };
  return { is: "broken", problem: error instanceof Error ? error.message : String(error) };
}
