// A key file that was made, for people.

import { safe } from "../safe.js";

export const repositoryKeyText = ({ place, keyFile }: { place: string; keyFile: string }): string =>
  `${safe(keyFile)}: with it, a machine can write to ${safe(place)}, and read nothing there`;
