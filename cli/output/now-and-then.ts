// Says how far something is, or why it waits, where that takes long.

import type { Output } from "./output.js";

const EACH_MS = 10_000;

/** @returns says it, unless something was said a moment ago */
export function nowAndThen(output: Pick<Output, "remark">): (text: () => string) => void {
  let saidAt = performance.now();
  return (text) => {
    if (performance.now() - saidAt < EACH_MS) return;
    saidAt = performance.now();
    output.remark(text());
  };
}
