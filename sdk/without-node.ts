// A bundler that makes a program for browsers takes this in place of sdk/node/: see "browser" in package.json.

import { InputError } from "./errors.js";

async function refuse(): Promise<never> {
  throw new InputError("backups, restores, verifications and private certificates need Node.js", {
    hint: "do it in a program of Node.js, or with the command line",
  });
}

export {
  refuse as backupAll,
  refuse as backupToFile,
  refuse as checkSource,
  refuse as nodeFetch,
  refuse as openBackup,
  refuse as readTokenFile,
  refuse as upload,
};
