// Drills: see operations/drill.

import type { DrillOptions } from "../operations/drill/drill.js";
import type { DrillReport } from "../records/drill-report.js";
import type { OpenedRepository } from "../repository/open.js";
import { engine, startZstd } from "./loading.js";

export async function drillRepository(
  repository: OpenedRepository,
  options: Parameters<Drills["drillRepository"]>[1],
): Promise<DrillReport> {
  await startZstd();
  const { drillRepository: drill } = await import("../operations/drill/drill.js");
  return await drill(repository, options, await engine());
}

export async function drillDirectory(
  backupDir: string,
  options: DrillOptions,
): Promise<DrillReport> {
  await startZstd();
  const { drillDirectory: drill } = await import("../operations/drill/drill.js");
  return await drill(backupDir, options, await engine());
}

type Drills = typeof import("../operations/drill/drill.js");

export type { DrillOptions } from "../operations/drill/drill.js";
