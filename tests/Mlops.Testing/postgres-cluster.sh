# Runs a private PostgreSQL cluster for tests: prints the folder of its socket once it answers, and lives until its standard input ends.
# The lines "stop" and "start" on standard input stop the server and start it again with the same data; "crash" kills all its processes, "pause" and
# "resume" halt them and let them go on. Each is answered by a line.
# So it ends with the process that started it, however that process dies. Only a socket is opened, in a folder of this user alone.
# The first argument is the folder of PostgreSQL's programs, others are settings of the server that go before those below.
# PostgreSQL refuses to run as root: start this as another user then.
set -euo pipefail
bin=$1
shift
settings=()
for setting in "$@"; do settings+=(-c "$setting"); done
cd /
folder=$(mktemp -d "${TMPDIR:-/tmp}/mlops-postgres-XXXXXX")
server=
stop() {
  [ -z "$server" ] || { resume; kill -INT "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$folder"
}
# The server and its children, each of which leads a process group of its own.
processes() { echo "$server"; ps -o pid= --ppid "$server" || true; }
signal() { processes | xargs kill "-$1" 2>/dev/null || true; }
resume() { signal CONT; }
crash() {
  local all process
  # Halted first, so that none is born meanwhile.
  signal STOP
  all=$(processes)
  echo "$all" | xargs kill -KILL 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  # A zombie is gone too, though nobody asks for its exit code.
  for process in $all; do while ps -o stat= -p "$process" | grep -qv '^Z'; do sleep 0.02; done; done
}
trap stop EXIT

"$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
start() {
  "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=300 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off "${settings[@]}" >>"$folder/log" 2>&1 </dev/null &
  server=$!
  until "$bin/pg_isready" -q -h "$folder" -U postgres; do
    kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.05
  done
}
start
echo "$folder"
while read -r order; do
  case $order in
    stop) kill -INT "$server"; wait "$server" || true; server=; echo stopped ;;
    start) start; echo started ;;
    crash) crash; server=; echo crashed ;;
    pause) signal STOP; echo paused ;;
    resume) resume; echo resumed ;;
  esac
done
