// The messages between the main thread and a thread that runs scripts.

/** A record as JSON; as bytes if it is large. */
export type RecordJson = string | Uint8Array;

export type ScriptRequest = { script: string } & (
  | { kind: "check" }
  | { kind: "run"; records: RecordJson[] }
);

/** A log that a script left: its fields as JSON, sorted, and the names of them that can be listed. */
export interface LeftLog {
  json: RecordJson;
  names: string[];
}

/** What became of a record. */
export type Ran = { logs: LeftLog[] } | { problem: string };

export type ScriptAnswer = {
  /** The processor time of the thread since it started; undefined where the system doesn't tell. */
  processorMs?: number | undefined;
} & (
  | /** The interpreter has loaded. */ { kind: "loaded"; thread: string | undefined }
  | { kind: "checked"; problem: string | undefined }
  | { kind: "ran"; results: Ran[] }
  | /** The interpreter has failed, and can't be used any more. */ {
      kind: "broken";
      why: string;
    }
  | /** The interpreter isn't there; the script isn't at fault. */ { kind: "unloaded" }
);
