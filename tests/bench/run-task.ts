// `node run-task.js JSON`: runs one task. Prints one line of JSON: what it found.

import { mkdir, rm } from "node:fs/promises";
import { endOnSignals } from "./children.js";
import { places } from "./places.js";
import type { Task, TaskInput } from "./task.js";

const input = JSON.parse(process.argv[2] ?? "") as TaskInput;
endOnSignals();
const where = places(input.home);
await mkdir(where.scratch, { recursive: true });
const { run } = (await import(`./tasks/${input.task}.js`)) as { run: Task };
const facts = await run(where, input);
await rm(where.scratch, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(facts)}\n`);
