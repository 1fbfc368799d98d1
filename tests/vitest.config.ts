import { defineConfig } from "vitest/config";

/** Where CI wants a report that it can count; see .ci/run. */
const report = process.env.FLOWG_TEST_REPORT;

/** They look at how much memory this process takes, which must not be what other files took. */
const ALONE = ["tests/snapshot/damage.test.ts", "tests/flowg/hostile.test.ts"];

/** They run the tests of other files once more, which a worker that keeps what it has loaded would not load again. */
const AGAIN = ["tests/storage/api-*.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // real processes and files: they wait for each other, and two files at a time leave a fifth of two cores idle
    maxWorkers: 3,
    pool: "forks",
    // a worker keeps what it has loaded for the next file: loading it anew takes a tenth of the time
    isolate: false,
    projects: [
      { extends: true, test: { name: "alone", include: [...ALONE, ...AGAIN], isolate: true } },
      {
        extends: true,
        test: { name: "shared", include: ["tests/**/*.test.ts"], exclude: [...ALONE, ...AGAIN] },
      },
    ],
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
