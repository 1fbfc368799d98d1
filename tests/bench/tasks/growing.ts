// A copy of the databases, of which what is written from now on is told: the generated ones were made past that.

import { cp, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { encodeValue, pipelineKey, roleKey } from "../../../server/records/records.js";
import { STREAMS } from "../entries.js";
import { addRecords, streamRecord } from "../growth.js";
import type { Task } from "../task.js";

export const run: Task = async ({ source, growing }) => {
  const [from, to] = [dirname(source.logs), dirname(growing.logs)];
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
  const role = { scopes: ["send_logs", "write_acls", "write_streams"] };
  const [admin, pipeline] = [roleKey("admin"), pipelineKey("p0")];
  const flow = Buffer.from('{"version":1,"nodes":[],"edges":[]}');
  await addRecords({ kind: "auth", dir: growing.auth }, [{ key: admin, value: encodeValue(role) }]);
  await addRecords({ kind: "config", dir: growing.config }, [{ key: pipeline, value: flow }]);
  await addRecords({ kind: "logs", dir: growing.logs }, STREAMS.map(streamRecord));
  return {};
};
