/** Runs one script, in the process group that the connection's shell leads, and outlives the connection. */
export const RUN_SHELL = `
_cd_claim() {
  _cd_why="no folder for its receipt can be made, at home or among the temporary files"
  for _cd_i in 1 2; do
    _cd_base "$_cd_i"
    _cd_make || continue
    if ! _cd_token; then _cd_why="its receipt could not be written (disk full?)"; continue; fi
    [ -z "$_cd_newer" ] || _cd_refuse "$(_cd_stale)"
    _cd_open || { _cd_why="its receipt could not be written (disk full?)"; continue; }
    if ! _cd_create; then
      [ -e "$_cd_file" ] || { _cd_why="its receipt could not be written (disk full?)"; continue; }
      _cd_read
      [ "\${_cd_rk:-$_cd_token}" -lt "$_cd_token" ] || _cd_refuse "its receipt is taken"
      _cd_over || _cd_refuse "an older run of it is still at work"
      rm -f "$_cd_file"
      _cd_create || _cd_refuse "its receipt is taken"
    fi
    _cd_stat "$$"
    { printf 'run1 %s %s %s %s %s\\n' "$_cd_boot" "$_cd_now" "$$" "\${_cd_start:-0}" "$_cd_token" >>"$_cd_file"; } 2>/dev/null \\
      && mkfifo -m 600 "$_cd_file.out" "$_cd_file.err" 2>/dev/null && return 0
    rm -f "$_cd_file" "$_cd_file.out" "$_cd_file.err"
    _cd_why="its receipt could not be written (disk full?)"
  done
  _cd_refuse "$_cd_why"
}
_cd_later() {
  sleep "$1" >/dev/null 2>&1 &
  printf '_cd_nap=%s\\n' "$!"
  exec >/dev/null 2>&1
  wait "$!"
  "$2"
}
_cd_timer() { eval "$(_cd_later "$1" "$2" 2>/dev/null & printf '_cd_dog=%s\\n' "$!")"; }
_cd_untimer() { kill -9 "$_cd_dog" "$_cd_nap" 2>/dev/null; }
_cd_cut() { kill -9 "$_cd_out" "$_cd_err"; }
_cd_overdue() {
  [ -z "$_cd_id" ] || printf 'timeout\\n' >>"$_cd_file"
  kill -TERM "-$$"
  kill -CONT "-$$"
  sleep "$_cd_grace"
  kill -KILL "-$$"
}
_cd_script() {
  trap - HUP INT QUIT PIPE TERM
  exec </dev/null
  _cd_export
  eval "unset _cd_frame _cd_text _cd_id _cd_file; set -eu --; $_cd_text"
}
_cd_run() {
  exec </dev/null
  _cd_stat "$$" || _cd_group=
  _cd_say begin "$$" "\${_cd_start:-0}"
  printf '%s\\n' "$_cd_frame" >&2
  if [ "\${_cd_group:-$$}" != "$$" ] || ! kill -0 "-$$" 2>/dev/null; then
    _cd_refuse "its shell leads no process group, and the target has no setsid"
  fi
  _cd_boot
  _cd_clock
  [ -z "$_cd_id" ] || _cd_claim
  trap '' HUP INT QUIT PIPE TERM
  _cd_timer "$_cd_limit" _cd_overdue
  if [ -z "$_cd_id" ]; then
    (_cd_script)
    _cd_code=$?
    _cd_untimer
    _cd_say end "$_cd_code"
    exit 0
  fi
  tee /dev/null <"$_cd_file.out" 2>/dev/null &
  _cd_out=$!
  tee /dev/null <"$_cd_file.err" >&2 2>/dev/null &
  _cd_err=$!
  (_cd_script >"$_cd_file.out" 2>"$_cd_file.err")
  _cd_code=$?
  _cd_clock
  { printf 'exit %s %s\\n' "$_cd_code" "$_cd_now" >>"$_cd_file"; } 2>/dev/null
  _cd_untimer
  _cd_timer 2 _cd_cut
  _cd_held=
  wait "$_cd_out" || _cd_held=held
  wait "$_cd_err" || _cd_held=held
  _cd_untimer
  rm -f "$_cd_file.out" "$_cd_file.err"
  _cd_say end "$_cd_code" $_cd_held
  exit 0
}
`;
