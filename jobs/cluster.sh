#!/usr/bin/env bash
# A small Spark cluster on this machine, on loopback only, to run jobs on executors of their own: see usage
# shellcheck source=jobs/common.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.bash"

usage="usage: jobs/cluster.sh start [--workers 2] [--cores 1] [--memory 1500m]   (cores and memory of each worker)
       jobs/cluster.sh status   (exits with 1 unless all its processes live)
       jobs/cluster.sh stop
Where UNROLL_CLUSTER names a directory, the cluster is kept there, beside others."
# In it: url; NAME.pid and NAME.log of master and worker-1...; the workers' directories
state="${UNROLL_CLUSTER:-$UNROLL_HOME/target/cluster}"

start() {
  local workers=2 cores=1 memory=1500m executor=1g number='^[1-9][0-9]{0,2}$' host=127.0.0.1 deadline spark url i
  while [ $# -gt 0 ]; do
    [[ $1 =~ ^--(workers|cores|memory)$ ]] || wrong_use "found '$1', expected --workers, --cores or --memory"
    [ $# -gt 1 ] || wrong_use "found no value for $1, expected one behind it"
    printf -v "${1#--}" %s "$2"
    shift 2
  done
  [[ $workers =~ $number && $workers -le 200 ]] || wrong_use "found --workers '$workers', expected a number from 1 to 200"
  [[ $cores =~ $number ]] || wrong_use "found --cores '$cores', expected a number from 1 to 999"
  [[ $memory =~ ^([1-9][0-9]{0,6})([mg])$ && (${BASH_REMATCH[2]} = g || ${BASH_REMATCH[1]} -ge 512) ]] ||
    wrong_use "found --memory '$memory', expected 512m (the least that runs an executor) or more, such as 1500m or 2g"
  if [ "${memory%m}" != "$memory" ] && [ "${memory%m}" -lt 1024 ]; then
    executor="$memory" # an executor larger than its worker would be waited for in vain
  fi

  [ -z "$(living)" ] ||
    fail 5 "found a cluster at $(url) (state in $state), expected none; use that one, or end it with jobs/cluster.sh stop"
  require_java
  spark="$(find_spark)" || exit
  [ "$spark" != "$assembled" ] || [ -d "$assembled/jars" ] || build # the daemons do not need our jar
  rm -rf "$state"
  mkdir -p "$state" || fail 1 "could not make $state; see the message above, then start again"
  trap 'stop_daemons; exit 130' INT TERM

  # The daemons tell only their logs where they listen, and at level info: Spark's own defaults, not our quiet ones.
  export SPARK_DAEMON_JAVA_OPTS="${SPARK_DAEMON_JAVA_OPTS:-} -Dlog4j2.configurationFile=org/apache/spark/log4j2-defaults.properties"
  export SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1 SPARK_DAEMON_MEMORY="${SPARK_DAEMON_MEMORY:-512m}"
  deadline=$((SECONDS + 120))
  launch master master.Master --host 127.0.0.1 --port 0 --webui-port 0
  await master 'Starting Spark master at spark://'
  url="$(sed -n 's|.*Starting Spark master at \(spark://[0-9.:]*\).*|\1|p' "$state/master.log" | head -n 1)"
  echo "$url" > "$state/url"
  for ((i = 1; i <= workers; i++)); do
    # Speculation wants hosts that differ; Linux has all of 127.0.0.0/8, macOS only the first address.
    [ "$(uname)" != Linux ] || host="127.0.0.$i"
    launch "worker-$i" worker.Worker --host "$host" --webui-port 0 --cores "$cores" --memory "$memory" \
      --work-dir "$state/worker-$i" "$url"
  done
  for ((i = 1; i <= workers; i++)); do
    await "worker-$i" 'Successfully registered with master'
  done
  echo "cluster at $url with $workers x $cores cores, $memory; logs in $state. Run a job on it:"
  echo "jobs/train.sh conf/letters.conf -- --master $url --conf spark.driver.host=127.0.0.1 --executor-memory $executor"
}

# launch NAME CLASS ARGUMENT...: a daemon outlives us, so it gets a session of its own and none of our streams
launch() {
  local name="$1" class="$2" detach=(nohup)
  shift 2
  ! command -v setsid > /dev/null || detach=(setsid nohup) # macOS has none
  "${detach[@]}" "$spark/bin/spark-class" "org.apache.spark.deploy.$class" "$@" < /dev/null > "$state/$name.log" 2>&1 &
  echo $! > "$state/$name.pid"
  disown
}

# await NAME TEXT: until the daemon's log has the text
await() {
  local found=''
  until grep -qs "$2" "$state/$1.log"; do
    kill -0 "$(cat "$state/$1.pid")" 2> /dev/null || found="$1 has ended"
    [ $SECONDS -lt $deadline ] || found="$1 not ready after 120 s"
    if [ -n "$found" ]; then
      stop_daemons
      fail 1 "found that $found, expected '$2' in $state/$1.log; all is stopped again, see why and start anew. It ends with:
$(tail -n 15 "$state/$1.log")"
    fi
    sleep 0.3
  done
}

# pid NAME: prints the daemon's pid if it lives; the number on file may be that of some other process by now
pid() {
  local pid command
  pid="$(cat "$state/$1.pid")"
  command="$({ tr '\0' ' ' < "/proc/$pid/cmdline" || ps -ww -o command= -p "$pid"; } 2> /dev/null)" # macOS has no /proc
  [[ $command =~ org\.apache\.spark\.deploy\.(master\.Master|worker\.Worker)\  ]] && echo "$pid"
}

names() { find "$state" -maxdepth 1 -name '*.pid' 2> /dev/null | sed 's|.*/||; s|\.pid$||' | sort -V; }
living() { for name in $(names); do pid "$name"; done; }
url() { cat "$state/url" 2> /dev/null || echo '(no URL yet, still starting)'; }
wrong_use() { fail 2 "$1"$'\n'"$usage"; }

stop_daemons() {
  local end=$((SECONDS + 10)) signal pid
  for signal in TERM KILL; do
    for pid in $(living); do kill -s "$signal" "$pid" 2> /dev/null; done
    while [ -n "$(living)" ] && [ $SECONDS -lt $end ]; do sleep 0.2; done
  done
}

stop() {
  local message='no cluster runs'
  [ -z "$(living)" ] || message="stopped the cluster at $(url)"
  stop_daemons
  rm -rf "$state" 2> /dev/null || { sleep 2 && rm -rf "$state"; } # executors of a killed worker write on for a moment
  echo "$message"
}

status() {
  local name pid status=0
  [ -n "$(names)" ] || fail 1 "no cluster runs; jobs/cluster.sh start brings one up"
  url
  for name in $(names); do
    pid="$(pid "$name")" && echo "$name lives (pid $pid)" || { status=1 && echo "$name is dead, see $state/$name.log"; }
  done
  exit "$status"
}

case "$*" in
  start | start\ * | stop | status) "$@" ;;
  help | -h | --help) echo "$usage" ;;
  *) wrong_use "found '$*', expected start, status or stop" ;;
esac
