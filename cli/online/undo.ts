// `flowg admin undo --url`: the server takes a restore back.

import { FlowgApiError, type FlowgClient } from "../../sdk/index.js";
import type { RestoreRun, UndoReport } from "../../server/records/reports.js";
import type { UndoRequest } from "../administration.js";
import { accessNotes, refused } from "./restore-access.js";
import { waiting } from "./waiting.js";

export async function undoOnline(client: FlowgClient, request: UndoRequest): Promise<UndoReport> {
  const { run, dryRun, overwriteChanged, allowAccessChange, allowNoAdmin } = request;
  using _ = waiting("all", request.onProgress);
  try {
    const { databases, notes, ...report } = await client.restore.undo({
      run,
      dryRun,
      overwriteChanged,
      allowAccessChange,
      allowNoAdmin,
      undo: request.undo !== undefined,
      signal: request.signal,
    });
    return {
      ...report,
      databases: databases.map(({ access: _access, ...one }) => one),
      notes: [...notes, ...databases.flatMap(({ access }) => accessNotes(access))],
    } as UndoReport;
  } catch (error) {
    if (error instanceof FlowgApiError && error.code === "REFUSED")
      throw refused(error.message, error.hint, "nothing was taken back");
    throw error;
  }
}

export const historyOnline = async (client: FlowgClient): Promise<RestoreRun[]> =>
  (await client.restore.list()) as RestoreRun[];
