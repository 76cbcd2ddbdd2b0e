# Sourced by the jobs/*.sh next to it: finds or builds the jar, finds spark-submit, hands over to Spark.
#
# Set SPARK_HOME to run on your own Spark; without it the one that our build assembles in target/spark is used.

UNROLL_HOME="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)" || exit 1
export UNROLL_HOME
jar="$UNROLL_HOME/target/unroll.jar"
assembled="$UNROLL_HOME/target/spark"

# run_job MAIN_CLASS [JOB ARGUMENT]... [-- SPARK-SUBMIT ARGUMENT...]
run_job() {
  local class="$1" spark arguments=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    arguments+=("$1")
    shift
  done
  [ $# -eq 0 ] || shift

  require_java
  spark="$(find_spark)" || exit
  is_built || build
  export SPARK_DRIVER_MEMORY="${SPARK_DRIVER_MEMORY:-2g}" # spark-defaults.conf and --driver-memory win over this
  if [ "$spark" = "$assembled" ]; then
    export SPARK_LOCAL_IP="${SPARK_LOCAL_IP:-127.0.0.1}" SPARK_SCALA_VERSION=2.13
  fi
  exec "$spark/bin/spark-submit" --class "$class" "$@" "$jar" ${arguments[@]+"${arguments[@]}"}
}

# run_plain MAIN_CLASS [ARGUMENT]...: without Spark, on one JVM that has the vector module
run_plain() {
  local class="$1" spark
  shift
  require_java
  spark="$(find_spark)" || exit
  is_built || build
  exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --add-modules jdk.incubator.vector -Xms1g -XX:+UseParallelGC \
    -cp "$jar:$spark/jars/*" "$class" "$@"
}

require_java() {
  command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java" > /dev/null ||
    fail 2 "found no java${JAVA_HOME:+ in JAVA_HOME=$JAVA_HOME}; install Java 17 or newer and put it on the PATH or in JAVA_HOME"
}

find_spark() {
  if [ -z "${SPARK_HOME:-}" ]; then
    printf '%s' "$assembled"
  elif [ -x "$SPARK_HOME/bin/spark-submit" ]; then
    printf '%s' "$SPARK_HOME"
  else
    fail 2 "SPARK_HOME=$SPARK_HOME has no bin/spark-submit; point it at a Spark 4.1 installation, or unset it to use our own"
  fi
}

is_built() {
  [ -f "$jar" ] && { [ -n "${SPARK_HOME:-}" ] || [ -d "$assembled/jars" ]; } &&
    [ -z "$(find "$UNROLL_HOME/pom.xml" "$UNROLL_HOME/src/main" -newer "$jar" | head -n 1)" ]
}

build() {
  local output
  command -v mvn > /dev/null || fail 2 "found no mvn; building Unroll needs Maven 3.8 or newer on the PATH"
  echo "building Unroll (first time takes a few minutes)..." >&2
  if [ "$UNROLL_HOME/pom.xml" -nt "$jar" ]; then
    rm -rf "$assembled/jars" # else jars of versions no longer wanted would stay beside the new ones
  fi
  output="$(cd "$UNROLL_HOME" && mvn -B -q -Dmaven.test.skip=true package 2>&1 < /dev/null)" ||
    fail 1 "the build failed:
$output"
}

# fail STATUS MESSAGE
fail() {
  printf '%s: %s\n' "${0##*/}" "$2" >&2
  exit "$1"
}
