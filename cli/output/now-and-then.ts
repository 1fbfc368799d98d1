// Prints remarks at most every ten seconds, on the progress of long work.

import type { Output } from "./output.js";

const EACH_MS = 10_000;

/** @returns a function that prints a remark, unless it has printed one shortly before */
export function nowAndThen(output: Pick<Output, "remark">): (text: () => string) => void {
  let saidAt = performance.now();
  return (text) => {
    if (performance.now() - saidAt < EACH_MS) return;
    saidAt = performance.now();
    output.remark(text());
  };
}
