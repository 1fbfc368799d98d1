// The number that random inputs come from. It is the same in each run, so that a change that breaks nothing passes, and what
// fails fails again. `npm run test:faults` takes another one each time: that run is to find what nobody has seen.

export const SEED = Number(
  process.env.FLOWG_SEED ?? (process.env.FLOWG_FAULTS === "all" ? Date.now() % 1_000_000 : 20_261),
);
