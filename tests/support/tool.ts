// Programs that some tests use and that no package of npm has: `.ci/run` gets them, and where they aren't the tests are skipped.

import { homedir } from "node:os";
import { join } from "node:path";

const TOOLS = process.env.FLOWG_TEST_TOOLS ?? join(homedir(), ".cache/flowg-tests");

/** @param name of the folder that it was installed into */
export const tool = (name: string, program: string): string => join(TOOLS, name, "bin", program);
