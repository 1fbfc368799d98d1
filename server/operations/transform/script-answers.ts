// What goes between the main thread and one that runs scripts.

/** A record as JSON; bytes of a large one. */
export type RecordJson = string | Uint8Array;

export type ScriptRequest = { script: string } & (
  | { kind: "check" }
  | { kind: "run"; records: RecordJson[] }
);

/** What became of a record: its fields as JSON, sorted, and the names of them that can be listed. */
export type Ran = { json: RecordJson; names: string[] } | { problem: string };

export type ScriptAnswer = {
  /** What the thread has taken of the processor since it started; undefined where the system doesn't tell. */
  processorMs?: number | undefined;
} & (
  | /** The interpreter is there. */ { kind: "loaded"; thread: string | undefined }
  | { kind: "checked"; problem: string | undefined }
  | { kind: "ran"; results: Ran[] }
  | /** The interpreter has failed as no script should make it: it can't be used any more. */ {
      kind: "broken";
      why: string;
    }
  | /** The interpreter is gone; the script isn't at fault. */ { kind: "unloaded" }
);
