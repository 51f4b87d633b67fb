/** Looks up a run by its receipt, and makes sure that one which has not begun never will. */
export const PROBE_SHELL = `
_cd_answer() { _cd_say answer "$*"; exit 0; }
_cd_free() {
  _cd_stat "$1" || return 0
  [ "$_cd_parent" != "$PPID" ] && [ "$_cd_parent" -gt 1 ] || return 0
  { read -r _cd_x <"/proc/$_cd_parent/comm"; } 2>/dev/null
  case $_cd_x in sshd*) kill -TERM "$_cd_parent" 2>/dev/null ;; esac
}
_cd_lives() {
  _cd_alive "$_cd_rl" "$_cd_rt" && return 0
  _cd_pause
  _cd_alive "$_cd_rl" "$_cd_rt"
}
_cd_outlast() {
  _cd_free "$_cd_rl"
  while _cd_lives; do
    _cd_read
    [ -z "$_cd_re" ] || return 0
    _cd_clock
    if [ "$((\${_cd_now%%.*} - \${_cd_rs%%.*}))" -ge "$_cd_limit" ]; then
      _cd_end "$_cd_rl" "$_cd_rt" "$_cd_tenths" || _cd_answer left
      _cd_read
      _cd_late=1
      return 0
    fi
    _cd_pause
  done
  _cd_read
}
_cd_look() {
  for _cd_n in 1 2 3 4 5 6 7 8 9 10; do
    _cd_read
    [ -z "$_cd_word" ] || break
    _cd_pause
  done
  [ "$_cd_word" = void ] && return 0
  [ "$_cd_word" = run1 ] || _cd_answer opening
  if [ -z "$_cd_re" ]; then
    [ "$_cd_rb" = "$_cd_boot" ] || _cd_answer rebooted
    _cd_outlast
  fi
  [ -z "$_cd_re" ] || _cd_answer ended "$_cd_rs" "$_cd_re"
  [ -z "$_cd_late" ] || _cd_answer timeout
  _cd_answer gone
}
_cd_probe() {
  exec </dev/null
  _cd_say begin
  _cd_boot
  _cd_void= _cd_proven= _cd_unsure=
  for _cd_i in 1 2; do
    _cd_base "$_cd_i"
    [ -d "$_cd_base" ] || [ -z "$_cd_void" ] || continue
    _cd_make || continue
    _cd_token
    [ -z "$_cd_newer" ] || _cd_refuse "$(_cd_stale)"
    if [ ! -e "$_cd_file" ]; then
      _cd_p=unproven
      _cd_proves && _cd_p=proven
      [ -d "$_cd_folder" ] || mkdir -m 700 "$_cd_folder" 2>/dev/null
      if _cd_create; then
        { printf 'void %s %s\\n' "$_cd_token" "$_cd_p" >>"$_cd_file"; } 2>/dev/null || _cd_unsure=1
        _cd_void=1
        [ "$_cd_p" = unproven ] || _cd_proven=1
        continue
      fi
      [ -e "$_cd_file" ] || { _cd_unsure=1; continue; }
    fi
    _cd_look
    _cd_void=1
    [ "$_cd_rv" != proven ] || _cd_proven=1
  done
  [ -n "$_cd_void" ] && [ -n "$_cd_proven" ] && [ -z "$_cd_unsure" ] && _cd_answer unstarted
  _cd_answer absent
}
_cd_stop() {
  exec </dev/null
  _cd_say begin
  _cd_end "$_cd_leader" "$_cd_born" "$_cd_tenths" && _cd_answer ended
  _cd_answer left
}
_cd_clean() {
  exec </dev/null
  _cd_say begin
  for _cd_i in 1 2; do
    _cd_base "$_cd_i"
    _cd_own "$_cd_base" || continue
    _cd_token
    [ -z "$_cd_newer" ] || _cd_refuse "$(_cd_stale)"
    rm -rf "$_cd_folder" || _cd_refuse "$_cd_folder could not be removed"
  done
  _cd_answer clean
}
`;
