// Makes a source of a client's upload, once all of it is on the disk.

import { readFileBytes } from "../snapshot/file.js";
import type { Source } from "./source.js";

export interface Spooled {
  path: string;
  size: number;
  /** Makes an error fit for a client, who may not learn where our files are. */
  explained: (error: unknown) => unknown;
}

export function upload({ path, size, explained }: Spooled): Source {
  return {
    name: "the upload",
    size,
    async *open() {
      try {
        yield* readFileBytes(path);
      } catch (error) {
        throw explained(error);
      }
    },
  };
}
