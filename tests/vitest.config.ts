import { defineConfig } from "vitest/config";

/** Where CI wants a report that it can count; see .ci/run. */
const report = process.env.FLOWG_TEST_REPORT;

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // real processes and files: two cores are shared by a few files at a time
    maxWorkers: 3,
    pool: "forks",
    // a worker keeps what it has loaded for the next file: loading it anew takes a tenth of the time
    isolate: false,
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
