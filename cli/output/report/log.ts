// An entry of a stream, for people: one line.

import type { Log } from "../../../sdk/index.js";
import { safe } from "../safe.js";

export function logText({ timestamp, fields }: Log): string {
  const { level, message, ...others } = fields;
  const parts = Object.entries(others).map(([name, value]) => `${name}=${quoted(value)}`);
  return safe(
    [timestamp, level, message, ...parts].filter((part) => part !== undefined).join("  "),
  );
}

const quoted = (value: string): string =>
  /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
