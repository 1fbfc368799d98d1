import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // real processes and files: two cores are shared by a few files at a time
    maxWorkers: 2,
    pool: "forks",
  },
});
