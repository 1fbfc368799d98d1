// The completion script for bash: one `case` over the words so far, and one over the flag before.

import type { Values } from "./values.js";
import type { Place } from "./words.js";

export function bash(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const cases = places.map((place) => {
    const candidates = [...place.commands, ...place.flags].map(({ name }) => name).join(" ");
    const files = place.takesFile ? "files=1; " : "";
    const values = place.values ? `${offer(place.values, place)}; ` : "";
    return `    ${quoted(place.path)}) ${files}${values}words=${quoted(candidates)} ;;`;
  });
  const flags = places.flatMap((place) => place.flags);
  const known = places.flatMap((place) =>
    place.flags.flatMap(({ name, values }) =>
      values ? [`    ${quoted(`${place.path} ${name}`)}) ${offer(values, place)}; return ;;`] : [],
    ),
  );
  const names = (wanted: typeof flags) => [...new Set(wanted.map(({ name }) => name))].join("|");
  return `# bash completion for flowg: source <(flowg completion bash)
_flowg() {
  local current=\${COMP_LINE:0:COMP_POINT} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local path= word words= files= before=
  # bash takes : and = for the ends of words: what it replaces begins after them
  current=\${current##*[[:space:]]}
  case $current in
    --*=*) previous=\${current%%=*}; current=\${current#*=} ;;
  esac
  [[ $current == *:* ]] && before=\${current%:*}:
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${paths.join("|")}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path $previous" in
${known.join("\n")}
  esac
  case $previous in
    ${names(flags.filter(({ takesPath }) => takesPath))}) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${names(flags.filter(({ takesValue, takesPath }) => takesValue && !takesPath))}) return ;;
  esac
  case $path in
${cases.join("\n")}
  esac
  if [[ -z $current || $current == -* || \${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY+=($(compgen -W "$words" -- "$current")); fi
  if [[ $files && $current != -* ]]; then compopt -o filenames; COMPREPLY+=($(compgen -f -- "$current")); fi
}
# Each argument is a word that may follow. A name may hold anything: it is never read as more than that.
_flowg_offer() {
  local word
  for word; do
    if [[ $word == "$current"* ]]; then word=$(printf %q "$word"); COMPREPLY+=("\${word#"$before"}"); fi
  done
}
# Several with commas between: those that are not there yet.
_flowg_list() {
  local word head=
  compopt -o nospace
  [[ $current == *,* ]] && head=\${current%,*},
  for word; do
    if [[ ,$head != *,$word,* && $head$word == "$current"* ]]; then COMPREPLY+=("$head$word"); fi
  done
}
# What the server has.
_flowg_names() {
  local at names=()
  local -a to=(--names "$@")
  for ((at = 1; at < COMP_CWORD; at++)); do
    case \${COMP_WORDS[at]} in
      --url|--token-file|--ca) to+=("\${COMP_WORDS[at]}" "$(_flowg_value "$at")") ;;
      --insecure) to+=(--insecure) ;;
    esac
  done
  mapfile -t names < <(flowg completion "\${to[@]}" </dev/null 2>/dev/null)
  _flowg_offer "\${names[@]}"
}
# The word after a flag: bash has taken it apart at : and =.
_flowg_value() {
  local rest=\${COMP_LINE#*"\${COMP_WORDS[$1]}"}
  rest=\${rest#"\${rest%%[![:space:]=]*}"}
  printf %s "\${rest%%[[:space:]]*}"
}
complete -F _flowg flowg`;
}

/** The call that offers these values. */
function offer(values: Values, { isLocal }: Place): string {
  if ("names" in values) return `_flowg_names ${values.names}${isLocal ? " --named-server" : ""}`;
  return `${values.isList ? "_flowg_list" : "_flowg_offer"} ${values.words.join(" ")}`;
}

/** All of our words are of letters, digits, dashes and blanks. */
const quoted = (text: string): string => `"${text}"`;
