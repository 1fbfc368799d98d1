// `npm run picture`: draws the README's picture anew, from what the built `flowg` shows now.

import { writeFile } from "node:fs/promises";
import { drawTerminal, PICTURE, recordTerminal } from "./terminal-picture.js";

await writeFile(PICTURE, drawTerminal(await recordTerminal()));
