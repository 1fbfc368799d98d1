// vitest loads this before each file: fast-check draws its inputs from our seed, unless a property names its own.

import fc from "fast-check";
import { SEED } from "./seed.js";

fc.configureGlobal({ seed: SEED });
