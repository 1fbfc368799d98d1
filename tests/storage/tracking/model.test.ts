// Whatever happens to databases, records that differ between two instants lie in the ranges that tracking gives, or tracking
// says that it can't know. `FLOWG_TRACKING_SEED=7 FLOWG_TRACKING_STEPS=2000` runs another one.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { workspace } from "../../operations/offline/contents.js";
import { Random } from "./random.js";
import { World } from "./world.js";

const { FLOWG_TRACKING_SEED, FLOWG_TRACKING_STEPS = "120" } = process.env;
const SEEDS = FLOWG_TRACKING_SEED ? FLOWG_TRACKING_SEED.split(",").map(Number) : [1, 2, 3];

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

test.each(SEEDS)(
  "misses nothing, whatever happens (seed %i)",
  { timeout: 600_000 },
  async (seed) => {
    await using space = await workspace();
    const world = new World(space, new Random(seed));
    await world.open();
    const happened: string[] = [];
    try {
      for (let step = 0; step < Number(FLOWG_TRACKING_STEPS); step++) {
        happened.push(await world.happen());
        expect(world.look(`step ${step}, ${happened.at(-1)}`), happened.join(", ")).toEqual([]);
      }
    } finally {
      await world.close();
    }
    // or it would be of no use
    expect(world.answers.told).toBeGreaterThan(world.answers.unclear / 4);
  },
);
