// Waiting for what happens on its own time. Nothing is measured by these limits: they only end a test whose wait is in vain, so
// they are long. A machine that runs other tests beside this one is slow.

import { vi } from "vitest";

export const PATIENCE_MS = 120_000;
const ASK_AGAIN_MS = 50;

/** Resolves with what they return once the expectations hold. Fails with theirs if they never do. */
export const eventually = <T>(
  expectations: () => T | Promise<T>,
  { interval = ASK_AGAIN_MS }: { interval?: number } = {},
): Promise<T> => vi.waitFor(expectations, { timeout: PATIENCE_MS, interval });
