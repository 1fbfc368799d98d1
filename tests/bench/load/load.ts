// Starts a load in a process of its own, and gives what it saw.

import { fileURLToPath } from "node:url";
import { ended, start } from "../children.js";
import type { LoadInput, Seen } from "./run-load.js";

const RUN_LOAD = fileURLToPath(new URL("./run-load.js", import.meta.url));

export async function load(input: LoadInput): Promise<Seen> {
  const child = start([RUN_LOAD, JSON.stringify(input)], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await ended(child, "the load");
  return JSON.parse(output) as Seen;
}
