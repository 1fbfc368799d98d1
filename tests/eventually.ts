// Waiting for what happens on its own time: long, because a machine that runs other tests beside this one is slow.

import { vi } from "vitest";

const PATIENCE_MS = 20_000;

/** Resolves once the expectations hold; fails with theirs if they never do. */
export const eventually = (expectations: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(expectations, { timeout: PATIENCE_MS });
