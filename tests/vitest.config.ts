import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Where CI wants a report that it can count; see .ci/run. */
const report = process.env.FLOWG_TEST_REPORT;

/** Files that a run leaves out, a blank between: vitest's --exclude means nothing to projects. */
const LEFT_OUT = (process.env.FLOWG_TESTS_LEFT_OUT ?? "").split(" ").filter(Boolean);

/** They look at how much memory this process takes, which must not be what other files took. */
const ALONE = ["tests/formats/snapshot/damage.test.ts", "tests/formats/flowg/hostile.test.ts"];

/** They run the tests of other files once more, which a worker that keeps what it has loaded would not load again. */
const AGAIN = ["tests/storage/api-*.test.ts"];

/** They begin first, the longest of them before all. */
const LONG = [
  "tests/readme.test.ts",
  "tests/operations/offline/undo.test.ts",
  "tests/faults/faults.test.ts",
  "tests/operations/offline/rot.test.ts",
  "tests/jobs/served.test.ts",
  "tests/faults/serve.test.ts",
  "tests/repository/bucket-faults.test.ts",
  "tests/repository/sequence/sequence.test.ts",
  "tests/repository/killed-backup.test.ts",
  "tests/operations/online/load.test.ts",
  "tests/operations/online/memory.test.ts",
  "tests/operations/offline/cut-runs.test.ts",
  "tests/operations/offline/round-trip.test.ts",
  "tests/operations/offline/shrink.test.ts",
  "tests/repository/drill/drill.test.ts",
  "tests/repository/continuous/copies.test.ts",
  "tests/operations/online/floods.test.ts",
  "tests/jobs/jobs.test.ts",
  "tests/operations/offline/directories.test.ts",
  "tests/operations/online/live-databases.test.ts",
  "tests/cli/online.test.ts",
  "tests/cli/administration.test.ts",
  "tests/http/process.test.ts",
  "tests/operations/online/restore-set.test.ts",
  "tests/engine/salvage.test.ts",
  "tests/operations/offline/refused-files.test.ts",
  "tests/api/fuzz.test.ts",
  "tests/cli/piped-backup.test.ts",
  "tests/repository/drill/corrupt.test.ts",
  "tests/faults/online-restore.test.ts",
  "tests/repository/backup.test.ts",
  "tests/operations/offline/damaged-records.test.ts",
  "tests/cli/tar-file.test.ts",
  "tests/operations/offline/failing-runs.test.ts",
  "tests/processes/containers.test.ts",
  "tests/operations/offline/undo-meanwhile.test.ts",
  "tests/repository/object-lock/commands.test.ts",
  "tests/cli/backup-sets.test.ts",
  "tests/jobs/drills.test.ts",
  "tests/repository/continuous/killed-steps.test.ts",
  "tests/operations/in-place/diff-live.test.ts",
  "tests/operations/online/backup.test.ts",
  "tests/operations/online/full-disk.test.ts",
  "tests/repository/killed.test.ts",
  "tests/repository/continuous/tampered.test.ts",
  "tests/operations/online/leftovers.test.ts",
  "tests/engine/power-cut.test.ts",
  "tests/repository/continuous/bucket.test.ts",
  "tests/cli/online-set.test.ts",
  "tests/repository/continuous/long-use.test.ts",
  "tests/repository/prune-bucket.test.ts",
  "tests/operations/online/scripts.test.ts",
  "tests/repository/taken-over.test.ts",
  "tests/operations/online/nearly-full-disk.test.ts",
];

/**
 * A clean clone knows nothing of earlier runs, and vitest would begin with the largest files: a small one that takes minutes
 * came last, and the other workers waited for it.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONG.findIndex((path) => moduleId.endsWith(`/${path}`));
      return index < 0 ? LONG.length : index;
    };
    // a stable sort: the others stay in vitest's order
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // nothing is measured by these: they end what hangs, also where other programs take most of the machine
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    setupFiles: ["tests/support/property-seed.ts"],
    // real processes and files: they wait for each other, and two files at a time leave a fifth of two cores idle
    maxWorkers: 3,
    pool: "forks",
    // a worker keeps what it has loaded for the next file: loading it anew takes a tenth of the time
    isolate: false,
    projects: [
      {
        extends: true,
        test: { name: "alone", include: [...ALONE, ...AGAIN], exclude: LEFT_OUT, isolate: true },
      },
      {
        extends: true,
        test: {
          name: "shared",
          include: ["tests/**/*.test.ts"],
          exclude: [...ALONE, ...AGAIN, ...LEFT_OUT],
        },
      },
    ],
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
