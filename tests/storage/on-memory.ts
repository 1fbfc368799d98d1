// The tests of a file that is imported after this one run on the engine in memory.

import { afterAll, beforeAll } from "vitest";
import { useEngine } from "../http/test-server.js";
import { memoryEngine } from "./memory-engine.js";

beforeAll(() => useEngine(memoryEngine));
afterAll(() => useEngine(undefined));
