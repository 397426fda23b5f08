# Runs a private PostgreSQL cluster for tests: prints the folder of its socket once it answers, and lives until its standard input ends.
# The lines "stop" and "start" on standard input stop the server and start it again with the same data; each is answered by a line.
# So it ends with the process that started it, however that process dies. Only a socket is opened, in a folder of this user alone.
# The first argument is the folder of PostgreSQL's programs; with a second one, "durable", commits are synced to disk as PostgreSQL does by itself, which
# tests need not wait for. PostgreSQL refuses to run as root: start this as another user then.
set -euo pipefail
bin=$1
hurry=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
[ "${2:-}" != durable ] || hurry=()
cd /
folder=$(mktemp -d "${TMPDIR:-/tmp}/mlops-postgres-XXXXXX")
server=
stop() {
  [ -z "$server" ] || { kill -INT "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT

"$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
start() {
  "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=300 \
    ${hurry[@]+"${hurry[@]}"} >>"$folder/log" 2>&1 </dev/null &
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
  esac
done
