// What can be wrong with a block's bytes, in words that can cross between threads.

import { BadgerFault } from "../badger-fault.js";
import { UnknownKindFault } from "./walk-block.js";

/** `offset` counts inside the raw block. */
export type BlockFault =
  | { is: "damaged"; problem: string; offset: number }
  | { is: "unknown-kind"; kind: string };

/** Undefined for any other error: that is a fault of this program, and says nothing about the block. */
export function blockFaultOf(error: unknown): BlockFault | undefined {
  if (error instanceof BadgerFault) {
    return { is: "damaged", problem: error.problem, offset: error.offset };
  }
  return error instanceof UnknownKindFault ? { is: "unknown-kind", kind: error.kind } : undefined;
}
