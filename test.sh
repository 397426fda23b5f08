#!/usr/bin/env bash
# Runs every test on this machine: installs what is missing of PostgreSQL, Chromium and OpenStack Swift (a store that speaks S3) with apt, starts a
# private PostgreSQL cluster in a temporary folder, builds once and runs each test project. The last lines name what failed, with its message, and say
# how many tests passed and failed.
# Uses the server of MLOPS_TEST_POSTGRES (a superuser's connection string) instead of a cluster where it is set, and the store of MLOPS_TEST_S3
# ('address access-key secret-key') instead of Swift.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

passed=0
failed=0
finish() {
  # Again at the end, because only the end of a long output is kept where it is kept at all.
  grep -hA 12 -E '^ +.+ \[FAIL\]$' TestResults/*.log 2>/dev/null
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}
give_up() {
  echo "test.sh: $1" >&2
  failed=$((failed + 1))
  finish
}

# The folder of the newest PostgreSQL's programs; nothing where there is none.
postgres_programs() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) $(dirname "$(command -v initdb)" 2>/dev/null); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then echo "$folder"; return; fi
  done
}
has_chromium() {
  [ -n "${MLOPS_TEST_CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v google-chrome >/dev/null
}
# By the system's Python, to which Debian's packages belong.
has_swift() {
  [ -n "${MLOPS_TEST_S3:-}" ] || /usr/bin/python3 -c 'import swift' 2>/dev/null
}
install_missing() {
  local missing=() sudo=()
  [ -n "${MLOPS_TEST_POSTGRES:-}" ] || [ -n "$(postgres_programs)" ] || missing+=(postgresql)
  has_chromium || missing+=(chromium)
  has_swift || missing+=(python3-swift)
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || give_up "missing: ${missing[*]}. Install it; this script can only do so with apt-get."
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || give_up "missing: ${missing[*]}. Install it as root: apt-get install ${missing[*]}"
    sudo=(sudo)
  fi
  echo "Installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq </dev/null &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null ||
    give_up "apt-get could not install ${missing[*]}"
}

# The cluster ends when its standard input does: with this script, however it dies.
start_postgres() {
  [ -z "${MLOPS_TEST_POSTGRES:-}" ] || return 0
  local as_other=() folder
  [ "$(id -u)" -ne 0 ] || as_other=(runuser -u postgres --)
  coproc CLUSTER { exec "${as_other[@]}" bash -c "$(cat tests/Mlops.Testing/postgres-cluster.sh)" postgres-cluster "$(postgres_programs)"; }
  read -r folder <&"${CLUSTER[0]}" || give_up "PostgreSQL did not start"
  export MLOPS_TEST_POSTGRES="Host=$folder;Username=postgres;Database=postgres"
}

run_project() {
  local name log code summary total failures left_out
  name=$(basename "$1")
  log="TestResults/$name.log"
  echo "== $name"
  timeout --kill-after=30 900 dotnet "$1/bin/Debug/net10.0/$name.dll" -noColor </dev/null 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  summary=$(grep -E "^ +$name +Total: [0-9]+" "$log" | tail -1)
  count() { [[ $summary =~ $1:\ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}" || echo 0; }
  total=$(count Total) failures=$(($(count Failed) + $(count Errors))) left_out=$(($(count Skipped) + $(count 'Not Run')))
  passed=$((passed + total - $(count Failed) - left_out))
  failed=$((failed + failures + left_out))
  if [ "$total" -eq 0 ]; then
    echo "test.sh: $name ran no test (code $code)" >&2
    failed=$((failed + 1))
  elif [ "$left_out" -gt 0 ]; then
    echo "test.sh: $name left out $left_out tests; none may be skipped" >&2
  elif [ "$code" -ne 0 ] && [ "$failures" -eq 0 ]; then
    echo "test.sh: $name ended with code $code" >&2
    failed=$((failed + 1))
  fi
}

install_missing
rm -rf TestResults && mkdir -p TestResults
dotnet build Mlops.sln -nologo -v q -nodeReuse:false </dev/null || give_up "the build failed"
start_postgres
for project in tests/*.Tests; do
  run_project "$project"
done
finish
