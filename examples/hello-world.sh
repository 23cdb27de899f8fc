#!/usr/bin/env bash
# Builds what the hello world needs, starts it on a local Spark, sends it one request with curl,
# shows the answer and stops it again. Needs Java 17 or later, and curl.
#
#   examples/hello-world.sh [--scala] [--keep] [--port PORT]
#
#   --scala   the Scala example instead of the Java one
#   --keep    leave the service running until Ctrl-C
#   --port    where it listens (8888)
set -euo pipefail
cd "$(dirname "$0")/.."

main=io.sparkserving.examples.HelloWorld
keep=false
port=8888
while (($# > 0)); do
  case $1 in
    --scala) main=io.sparkserving.examples.HelloWorldInScala ;;
    --keep) keep=true ;;
    --port)
      port=${2:?Missing value for --port: expected a port number}
      shift
      ;;
    *)
      echo "Unsupported argument $1: expected --scala, --keep or --port PORT" >&2
      exit 2
      ;;
  esac
  shift
done

target=examples/target
log=$target/hello-world.log
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
expected='{"fooLength":5}'
url=http://localhost:$port/my_api

echo "Building (the first time takes a few minutes) ..."
./mvnw -q -B -ntp -pl examples -am -DskipTests package

examples_jar=$(ls $target/serving-examples-*.jar)
"$java" @$target/launch/java-options \
  -Dspark.master='local[*,4]' -Dspark.ui.enabled=false \
  -cp "$examples_jar:$(cat $target/launch/class-path)" \
  "$main" localhost "$port" >"$log" 2>&1 &
service=$!
trap 'kill "$service" 2>/dev/null && wait "$service" || true' EXIT

echo "Starting $main on a local Spark, logging to $log ..."
deadline=$((SECONDS + 300))
until answer=$(curl -fsS -d '{"foo":"hello","bar":1}' "$url" 2>&1); do
  if ! kill -0 "$service" 2>/dev/null || ((SECONDS > deadline)); then
    echo "Cannot reach $url: $answer" >&2
    tail -n 40 "$log" >&2
    exit 1
  fi
  read -rt 0.2 <> <(:) || true
done

echo "\$ curl -d '{\"foo\":\"hello\",\"bar\":1}' $url"
echo "$answer"
if [[ $answer != "$expected" ]]; then
  echo "Invalid answer: expected $expected" >&2
  exit 1
fi

if $keep; then
  echo "Running until Ctrl-C."
  wait "$service"
  exit
fi
kill "$service"
status=0
wait "$service" || status=$?
if ((status != 143)); then
  echo "Cannot stop the service: exit status $status, expected 143 (terminated)" >&2
  tail -n 40 "$log" >&2
  exit 1
fi
echo "Stopped."
