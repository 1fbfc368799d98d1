// The README's picture shows what the commands show.

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { constant } from "../constant.js";
import { drawTerminal, pictureText, plain, recordTerminal } from "./terminal-picture.js";

const missing = ["script", "dd"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);

/** Where lines are broken depends on how long a duration is. */
const words = (text: string) => constant(text.replaceAll(/\s+/g, " "));

test.skipIf(missing.length > 0 && !process.env.CI)(
  "the picture of a terminal is of these commands, and shows what they print",
  async () => {
    const lines = await recordTerminal();
    const hint = "the picture is of another time: run `npm run picture`, and look at it";
    expect(words(await pictureText()), hint).toBe(words(lines.map(plain).join("\n")));
  },
);

test("colours, and what XML wants escaped, are drawn", () => {
  const svg = drawTerminal(["$ a < b", "\x1b[31m\x1b[1merror:\x1b[22m\x1b[39m it & that"]);
  expect(svg).toContain('<tspan class="prompt">$</tspan> a &lt; b</text>');
  expect(svg).toContain('<tspan class="red bold">error:</tspan> it &amp; that</text>');
});
