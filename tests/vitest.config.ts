import { defineConfig } from "vitest/config";

/** Where CI wants a report that it can count; see .ci/run. */
const report = process.env.FLOWG_TEST_REPORT;

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // real processes and files: two cores are shared by a few files at a time
    maxWorkers: 2,
    pool: "forks",
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
