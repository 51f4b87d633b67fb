/**
 * What runs on a target: POSIX sh, for dash, bash and busybox alike. A program is these functions, then
 * values as assignments, then one call; a transmission that breaks off before that call runs nothing.
 * Its variables are `_cd_*`, so that a step's script meets none of them by accident.
 *
 * What follows the frame, a random word, is ours: whatever a profile or a script prints, it cannot know
 * that word.
 */
export const COMMON_SHELL = `
_cd_say() { printf '%s %s\\n' "$_cd_frame" "$*"; }
_cd_refuse() { _cd_say refused "$*"; exit 0; }
_cd_pause() { sleep 0.1 2>/dev/null || sleep 1; }
_cd_boot() { _cd_boot=; { read -r _cd_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || _cd_boot=unknown; }
_cd_clock() { _cd_now=; { read -r _cd_now _cd_x </proc/uptime; } 2>/dev/null || _cd_now=$(date +%s); }
_cd_stat() {
  _cd_state= _cd_parent= _cd_group= _cd_start=
  { read -r _cd_x <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- \${_cd_x##*\\) }
  _cd_state=$1 _cd_parent=$2 _cd_group=$3 _cd_start=\${20}
}
_cd_alive() {
  [ "$1" -gt 1 ] 2>/dev/null || return 1
  if ! _cd_stat "$$"; then kill -0 "-$1" 2>/dev/null; return; fi
  if _cd_stat "$1"; then
    [ "$_cd_start" = "$2" ] || return 1
    [ "$_cd_state" = Z ] || return 0
  fi
  for _cd_p in /proc/[0-9]*/stat; do
    _cd_p=\${_cd_p#/proc/}
    _cd_stat "\${_cd_p%/stat}" || continue
    [ "$_cd_group" = "$1" ] && [ "$_cd_state" != Z ] && return 0
  done
  return 1
}
_cd_end() {
  _cd_alive "$1" "$2" || return 0
  kill -TERM "-$1" 2>/dev/null
  kill -CONT "-$1" 2>/dev/null
  _cd_n=0
  while [ "$_cd_n" -lt "$3" ]; do
    _cd_alive "$1" "$2" || return 0
    _cd_pause
    _cd_n=$((_cd_n + 1))
  done
  kill -KILL "-$1" 2>/dev/null
  for _cd_n in 1 2 3 4 5 6 7 8 9 10; do
    _cd_alive "$1" "$2" || return 0
    _cd_pause
  done
  return 1
}
_cd_own() { [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] && [ -w "$1" ]; }
_cd_base() {
  if [ "$1" = 1 ]; then _cd_base=\${HOME:-/nowhere}/.change-deploy
  else _cd_base=\${TMPDIR:-/tmp}/.change-deploy-$(id -u); fi
  _cd_folder=$_cd_base/$_cd_change _cd_file=$_cd_base/$_cd_change/$_cd_id
}
_cd_make() {
  [ -d "$_cd_base" ] || mkdir -m 700 "$_cd_base" 2>/dev/null
  _cd_own "$_cd_base"
}
_cd_token() {
  _cd_newer=
  _cd_t=$_cd_base/$_cd_environment
  [ -d "$_cd_t" ] || mkdir -m 700 "$_cd_t" 2>/dev/null
  [ -e "$_cd_t/$_cd_token" ] || { printf '' >"$_cd_t/$_cd_token"; } 2>/dev/null || return 1
  for _cd_x in "$_cd_t"/*; do
    _cd_x=\${_cd_x##*/}
    if [ "$_cd_x" -gt "$_cd_token" ] 2>/dev/null; then _cd_newer=$_cd_x
    elif [ "$_cd_x" != "$_cd_token" ]; then rm -f "$_cd_t/$_cd_x"; fi
  done
  [ -z "$_cd_newer" ] || rm -f "$_cd_t/$_cd_token"
}
_cd_stale() { echo "a newer run (fencing token $_cd_newer) has taken this environment over from ours ($_cd_token)"; }
_cd_open() {
  [ -e "$_cd_folder/in-use" ] && return 0
  [ -d "$_cd_folder" ] || mkdir -m 700 "$_cd_folder" 2>/dev/null
  { printf '%s\\n' "$_cd_boot" >"$_cd_folder/in-use"; } 2>/dev/null
}
_cd_proves() {
  _cd_x=
  { read -r _cd_x <"$_cd_folder/in-use"; } 2>/dev/null
  [ "$_cd_x" = "$_cd_boot" ] && [ "$_cd_boot" != unknown ]
}
_cd_create() {
  set -C
  { printf '' >"$_cd_file"; } 2>/dev/null
  _cd_x=$?
  set +C
  return "$_cd_x"
}
_cd_read() {
  _cd_word= _cd_rb= _cd_rs= _cd_rl= _cd_rt= _cd_rk= _cd_re= _cd_late=
  { while read -r _cd_x _cd_y; do
    case $_cd_x in
      run1) _cd_word=run1; set -- $_cd_y; _cd_rb=$1 _cd_rs=$2 _cd_rl=$3 _cd_rt=$4 _cd_rk=$5 ;;
      void) _cd_word=void _cd_rv=\${_cd_y#* } _cd_rk=\${_cd_y%% *} ;;
      timeout) _cd_late=1 ;;
      exit) _cd_re=$_cd_y ;;
    esac
  done <"$_cd_file"; } 2>/dev/null
}
_cd_over() {
  [ -n "$_cd_re" ] || [ "$_cd_word" != run1 ] || [ "$_cd_rb" != "$_cd_boot" ] || ! _cd_alive "$_cd_rl" "$_cd_rt"
}
`;
