// An engine that begins no backup until a test lets it: what goes on then goes on for as long as the test wants.

import { lmdb } from "../../server/engine/lmdb.js";
import type { Engine } from "../../server/storage/engine.js";

export interface HeldEngine {
  engine: Engine;
  /** Backups that wait, in all. */
  waiting(): number;
  /** Lets those go that wait, and those that come. */
  release(): void;
  /** From now on they wait again. */
  hold(): void;
}

export function heldEngine(): HeldEngine {
  let isHeld = false;
  const waiting = new Set<() => void>();
  return {
    engine: {
      ...lmdb,
      hold: async (...given) => {
        if (isHeld) await new Promise<void>((resolve) => void waiting.add(resolve));
        return await lmdb.hold(...given);
      },
    },
    waiting: () => waiting.size,
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      for (const go of waiting) go();
      waiting.clear();
    },
  };
}
