# Holds the functions that infra/up, infra/down, infra/status and the scripts below infra/bench share. These scripts
# source this file. It also sets root, the folder of the checkout.
# shellcheck shell=bash

oldest_java=21
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
supervisor_jar=$root/infra/local/supervisor/target/supervisor.jar
built_modules=(
  infra/local/postgres-server infra/local/kafka-server infra/local/mongo-server infra/local/supervisor
  api-service outbox-publisher mongo-projector
)

# Prints the major version of the JDK in a folder, from its release file, or nothing if the folder holds no JDK.
java_major() {
  [ -x "$1/bin/javac" ] && sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

# Sets JAVA_HOME to a JDK that is new enough: the given one, or else the newest one in the usual places.
find_java() {
  local best="" best_major=0 folder major on_path
  on_path=$(command -v javac || true)
  [ -z "$on_path" ] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  if [ -n "${JAVA_HOME:-}" ]; then
    major=$(java_major "$JAVA_HOME" || true)
    [ "${major:-0}" -lt "$oldest_java" ] || { export JAVA_HOME; return; }
  fi
  for folder in "$on_path" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -d "$folder" ] || continue
    major=$(java_major "$folder" || true)
    if [ "${major:-0}" -gt "$best_major" ]; then
      best=$folder best_major=$major
    fi
  done
  if [ "$best_major" -lt "$oldest_java" ]; then
    echo "A JDK of version $oldest_java or newer is required, but neither JAVA_HOME nor the PATH nor the usual folders" \
      "(/usr/lib/jvm, /opt, ~/.jdks, sdkman) contain one." >&2
    echo "Install one, for example on Debian: apt-get install temurin-25-jdk (packages.adoptium.net), or: sdk install java 25-tem" >&2
    exit 2
  fi
  export JAVA_HOME=$best
}

# Sets a UTF-8 locale if the present one is not: without it, Java cannot open files whose path has non-ASCII letters.
use_utf8() {
  case "$(locale charmap 2>/dev/null || true)" in
    UTF-8) ;;
    *) export LC_ALL=C.UTF-8 ;;
  esac
}

# Succeeds if a jar is missing or a source is newer than the last build.
needs_build() {
  local stamp=$root/.local/built module jars
  [ -e "$stamp" ] || return 0
  for module in "${built_modules[@]}"; do
    jars=("$root/$module"/target/*.jar)
    [ -e "${jars[0]}" ] || return 0
  done
  # Without the depth of 1, a checkout in a folder with an excluded name, such as target, would have no sources.
  [ -n "$(find "$root" -mindepth 1 \( -name target -o -name .git -o -name .local -o -name node_modules \) -prune -o \
    -type f -newer "$stamp" \( -name pom.xml -o -path '*/src/main/*' \) -print -quit)" ]
}

# Builds the modules of the local stack if needs_build succeeds, and prints the progress.
build_if_needed() {
  needs_build || return 0
  local log=$root/.local/logs/build.log build_command=("$root/mvnw")
  mkdir -p "$root/.local/logs"
  # If the wrapper cannot download its Maven, an installed Maven builds the modules.
  if ! "${build_command[0]}" -v >"$log" 2>&1 && command -v mvn >/dev/null; then
    build_command=(mvn)
  fi
  echo "Maven builds the modules. The first build also downloads the dependencies. The details are in .local/logs/build.log."
  touch "$root/.local/building"
  (
    cd "$root" || exit
    exec "${build_command[@]}" -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true \
      -pl "$(IFS=,; echo "${built_modules[*]}")" -am package
  ) >>"$log" 2>&1 </dev/null &
  show_building $! "$log"
  mv "$root/.local/building" "$root/.local/built"
}

# Prints the module that is being built until the build ends, and exits if the build fails.
show_building() {
  local pid=$1 log=$2 shown="" now
  trap 'kill "$pid" 2>/dev/null || true' INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    now=$(grep -oE 'Building .*\[[0-9]+/[0-9]+\]' "$log" | tail -n 1 || true)
    if [ -n "$now" ] && [ "$now" != "$shown" ]; then
      echo "  $now" | tr -s ' '
      shown=$now
    fi
    sleep 0.3
  done
  trap - INT TERM
  if ! wait "$pid"; then
    echo "The build failed:" >&2
    grep -m 30 -E '^\[ERROR\]|BUILD' "$log" >&2 || tail -n 30 "$log" >&2
    exit 1
  fi
}

# Succeeds if a stack may run. The supervisor writes this file when it starts the programs, and deletes it when they have
# ended.
stack_may_run() {
  [ -e "$root/.local/run/state.json" ]
}

# Replaces this process with the supervisor, so that signals reach the supervisor.
supervisor() {
  exec "$JAVA_HOME/bin/java" -Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto \
    -Dorg.slf4j.simpleLogger.log.org.apache.kafka=error \
    "-Dstudybuddy.root=$root" -jar "$supervisor_jar" "$@"
}
