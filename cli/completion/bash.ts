// The completion script for bash: one `case` over the words so far.

import type { Place } from "./words.js";

export function bash(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const cases = places.map(({ path, commands, flags, takesFile }) => {
    const candidates = [...commands, ...flags].map(({ name }) => name).join(" ");
    const files = takesFile ? "files=1; " : "";
    return `    ${quoted(path)}) ${files}words=${quoted(candidates)} ;;`;
  });
  const valued = new Set(
    places.flatMap(({ flags }) => flags.filter((flag) => flag.takesValue && !flag.takesPath)),
  );
  const pathFlags = new Set(places.flatMap(({ flags }) => flags.filter((flag) => flag.takesPath)));
  const names = (flags: Iterable<{ name: string }>) =>
    [...new Set([...flags].map(({ name }) => name))].join("|");
  return `# bash completion for flowg: source <(flowg completion bash)
_flowg() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local path= word words files=
  case $previous in
    ${names(pathFlags)}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${names(valued)}) COMPREPLY=(); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${paths.join("|")}) path="\${path:+$path }$word" ;;
    esac
  done
  case $path in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $files && $current != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _flowg flowg`;
}

/** All of our words are of letters, digits, dashes and blanks. */
const quoted = (text: string): string => `"${text}"`;
