// Programs that some tests use and that are in no package of npm. `.ci/run` gets them; where they aren't installed, the tests are
// skipped.

import { homedir } from "node:os";
import { join } from "node:path";

const TOOLS = process.env.FLOWG_TEST_TOOLS ?? join(homedir(), ".cache/flowg-tests");

/** @param name of the folder that the program was installed into */
export const tool = (name: string, program: string): string => join(TOOLS, name, "bin", program);
